import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { useCluster } from "../support/cluster-suite";
import { instance, operate, resourcesOf, succeed, type Operation } from "../support/operation";
import { useReleases } from "../support/releases";

describe("a locked instance", function () {
  this.timeout(10 * 60_000);
  const releases = useReleases("v2.9.2");
  const suite = useCluster();

  const program = (version: string, updatePolicy = "locked") =>
    instance(() => ({
      distribution: { version, updatePolicy, artifact: releases.artifact },
      components: ["source-controller"],
      kubeconfig: suite.cluster.kubeconfig,
    }));
  const infos = ({ recorder }: Operation) => recorder.messages("info").join("\n");

  it("keeps its release until its args change, and says that there is a newer one", async () => {
    const locked = program("2.9.x");
    const stack = await suite.project.stack("lock", locked);
    const { text, recorder } = await succeed(stack, "preview", locked);
    assert.match(text, /flux-instance:index:Lock flux:lock create/);
    assert.equal(recorder.steps().filter(({ op }) => op !== "create").length, 0);
    assert.equal((await succeed(stack, "up", locked)).outputs["version"], "v2.9.2");

    releases.publish("v2.9.3");
    const preview = await succeed(stack, "preview", locked);
    assert.deepEqual(preview.recorder.steps(), []);
    assert.match(infos(preview), /locked to Flux v2\.9\.2, and Flux v2\.9\.3 is there now/);
    const unchanged = await succeed(stack, "up", locked);
    assert.equal(unchanged.outputs["version"], "v2.9.2");

    const moved = await succeed(stack, "up", program("~2.9.1"));
    assert.equal(moved.outputs["version"], "v2.9.3");

    releases.publish("v2.9.4");
    const same = program("~2.9.1");
    assert.match(infos(await succeed(stack, "preview", same)), /`pulumi up --replace URN`/);
    const lock = (await resourcesOf(stack)).find(({ type }) => type.endsWith(":Lock"));
    const replace = [lock?.urn ?? assert.fail("there is no lock")];
    const previewed = await stack.preview({ program: same, replace, color: "never" });
    assert.match(previewed.stdout, /flux-instance:index:Lock flux:lock replace/);
    assert.match(previewed.stdout, /FluxInstance flux update \[diff: ~resolved\]/);
    const replaced = await succeed(stack, "up", same, { replace });
    assert.equal(replaced.outputs["version"], "v2.9.4");
    assert.deepEqual((await succeed(stack, "preview", same)).recorder.steps(), []);

    const { folder } = releases;
    renameSync(join(folder, "flux"), join(folder, "away"));
    const failed = await operate(stack, "preview", program("~2.9.1"));
    assert.ok(failed.failed);
    assert.match(failed.recorder.messages("error").join("\n"), /no Flux release in/);
    const changed = await operate(stack, "preview", program("2.x"));
    assert.ok(changed.failed);
    assert.match(changed.recorder.messages("error").join("\n"), /no Flux release in/);
    renameSync(join(folder, "away"), join(folder, "flux"));

    const ranged = program("~2.9.1", "range");
    const released = await succeed(stack, "up", ranged);
    assert.match(released.text, /flux-instance:index:Lock flux:lock delete/);
  });
});
