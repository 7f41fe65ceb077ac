import assert from "node:assert/strict";
import type { JsonObject } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import { identity, metadataOf } from "../support/cluster";
import type { Step } from "../support/engine";
import { identityOf, pluck } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  namesOf,
  objectSteps,
  succeed,
} from "../support/operation";
import { useReleases } from "../support/releases";

const OLD = "2.8.8";
const NEW = "v2.9.4";
const NAMESPACE = "flux-system";

/** The image of a controller in the inputs of a step. */
function imageOf(inputs: Step["before"]): unknown {
  const containers = pluck(inputs, "spec", "template", "spec", "containers");
  return pluck((containers as readonly JsonObject[] | undefined)?.[0], "image");
}

describe("an upgrade of Flux", function () {
  this.timeout(10 * 60_000);
  const releases = useReleases(`v${OLD}`, "v2.5.1", "v2.6.4");
  const suite = useCluster();

  const program = (distribution: object, more: object = {}) =>
    instance(() => ({
      // No controllers run here: a sync never gets ready.
      wait: false,
      distribution,
      kubeconfig: suite.cluster.kubeconfig,
      sync: {
        kind: "OCIRepository",
        url: "oci://ghcr.io/example/fleet",
        ref: "latest",
        path: "./",
      },
      ...more,
    }));

  it("shows the new version first, and keeps every object that stays", async () => {
    const older = program({ version: OLD, artifact: releases.artifact });
    const newer = program({ version: "2.9.x" });
    const stack = await suite.project.stack("upgrade", older);

    const uids = async (): Promise<ReadonlyMap<string, string>> => {
      const children = await childrenOf(stack);
      const entries = children.map(async ({ name, type, inputs }) => {
        const live = await suite.cluster.find(identityOf(inputs as JsonObject));
        return [`${type} ${name}`, metadataOf(live, "uid")] as const;
      });
      return new Map(await Promise.all(entries));
    };

    const first = await succeed(stack, "up", older);
    assert.equal(first.outputs["version"], `v${OLD}`);
    const before = await uids();

    const preview = await succeed(stack, "preview", newer);
    const steps = preview.recorder.steps();
    const [top] = steps.filter(({ type }) => type === "flux-instance:index:FluxInstance");
    assert.match(preview.text, /FluxInstance flux update \[diff: .*resolved/);
    assert.equal(pluck(top?.before, "resolved", "version"), `v${OLD}`);
    assert.equal(pluck(top?.after, "resolved", "version"), NEW);
    const deployments = steps.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
    assert.equal(deployments.length, 4);
    for (const { name, op, before: old, after: next, detailedDiff } of deployments) {
      assert.equal(op, "update", name);
      assert.ok("spec.template.spec.containers[0].image" in detailedDiff, name);
      assert.notEqual(imageOf(old), imageOf(next), name);
    }

    const up = await succeed(stack, "up", newer);
    assert.equal(up.outputs["version"], NEW);
    const others = up.recorder.steps().filter(({ op }) => op !== "create" && op !== "update");
    assert.deepEqual(others, []);
    const after = await uids();
    for (const [child, uid] of before) assert.equal(after.get(child), uid, child);
    await assertSettled(stack, newer);
    await succeed(stack, "destroy");
  });

  it("keeps a source whose API version moves", async () => {
    const { artifact } = releases;
    const components = { components: ["source-controller", "kustomize-controller"] };
    const older = program({ version: "2.5.1", artifact }, components);
    const newer = program({ version: "2.6.4", artifact }, components);
    const stack = await suite.project.stack("source", older);
    await succeed(stack, "up", older);
    const source = async (version: string) => {
      const apiVersion = `source.toolkit.fluxcd.io/${version}`;
      return suite.cluster.find(identity(apiVersion, "OCIRepository", NAMESPACE, NAMESPACE));
    };
    assert.equal(await source("v1"), undefined);
    const uid = metadataOf(await source("v1beta2"), "uid");
    for (const command of ["preview", "up"] as const) {
      const { recorder } = await succeed(stack, command, newer);
      const steps = objectSteps(recorder.steps());
      assert.deepEqual(namesOf(steps, "create", "replace", "delete", "delete-replaced"), []);
      const [moved] = steps.filter(({ type }) => type.endsWith(":OCIRepository"));
      assert.equal(moved?.type, "kubernetes:source.toolkit.fluxcd.io/v1:OCIRepository");
      assert.equal(moved.op, "update", command);
    }
    assert.equal(metadataOf(await source("v1"), "uid"), uid);
    await assertSettled(stack, newer);
  });
});
