import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { JsonObject, Manifest } from "../../provider/core/manifest";
import { connect, type Cluster } from "../../provider/io/cluster/cluster";
import { metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { installAs, readAll, renderFlux } from "../support/flux-installations";
import { text } from "../support/kubernetes/identity";
import { instance, operate, resourcesOf, succeed } from "../support/operation";

/** A preview waits 15 seconds for credentials. */
const [SLOW, TOO_SLOW] = [5, 20];
const PARTS = ["Namespace", "CustomResourceDefinition", "Deployment"];

describe("an exec plugin that takes its time where another Flux is", function () {
  this.timeout(15 * 60_000);
  const suite = useCluster();
  let cluster: Cluster;
  let manifests: readonly Manifest[];

  /** The kubeconfig of the suite, with a plugin in the place of the token. */
  const kubeconfigOf = (seconds: number): string => {
    const config = parse(suite.cluster.kubeconfig) as { users: { user: JsonObject }[] };
    const token = text(config.users[0]?.user["token"]);
    assert.notEqual(token, "");
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token } });
    const command = join(suite.project.folder, `log-in-${seconds}.sh`);
    const script = `#!/bin/sh\nsleep ${seconds}\ncat <<'END'\n${credential}\nEND\n`;
    writeFileSync(command, script, { mode: 0o700 });
    const exec = { apiVersion, command, interactiveMode: "Never" };
    for (const entry of config.users) entry.user = { exec };
    return stringify(config);
  };

  const program = (seconds: number) =>
    instance(() => ({
      wait: false,
      distribution: { version: "2.9.4" },
      kubeconfig: kubeconfigOf(seconds),
    }));

  /** Status goes on changing, whoever looks. */
  const specs = (live: readonly JsonObject[]) =>
    live.map((object) => [
      metadataOf(object, "uid"),
      metadataOf(object, "generation"),
      object["spec"],
    ]);

  /** Does something that leaves cluster and state as they are. */
  async function touchesNothing(seconds: number, act: () => Promise<unknown>): Promise<void> {
    const before = await readAll(cluster, manifests);
    await act();
    assert.deepEqual(specs(await readAll(cluster, manifests)), specs(before));
    const stack = await stackOf(seconds);
    const types = (await resourcesOf(stack)).map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => type.startsWith("kubernetes:")),
      [],
    );
  }

  const stackOf = (seconds: number) => suite.project.stack(`logins-${seconds}`, program(seconds));

  async function isRefused(command: "preview" | "up", seconds: number): Promise<void> {
    await touchesNothing(seconds, async () => {
      const stack = await stackOf(seconds);
      const { failed, text: told } = await operate(stack, command, program(seconds));
      assert.ok(failed, told);
      assert.match(told, /Already in the cluster, and not from this stack/);
    });
  }

  before(async () => {
    cluster = await connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
    manifests = await renderFlux("flux-system");
  });

  const INSTALLATIONS = {
    "its CRDs and controllers": (manifest: Manifest) => PARTS.includes(manifest.kind),
    "all of it": () => true,
  };

  for (const [what, isPart] of Object.entries(INSTALLATIONS)) {
    describe(`with ${what}`, () => {
      before(() => installAs("flux install", cluster, manifests.filter(isPart)));

      it(`is waited for in a preview and in an up: ${SLOW} s`, async () => {
        await isRefused("preview", SLOW);
        await isRefused("up", SLOW);
      });

      it(`is waited for in an up only, and a preview warns: ${TOO_SLOW} s`, async () => {
        await touchesNothing(TOO_SLOW, async () => {
          const stack = await stackOf(TOO_SLOW);
          const { recorder } = await succeed(stack, "preview", program(TOO_SLOW));
          const warnings = recorder.messages("warning").join("\n");
          assert.match(warnings, /could not look at the cluster/);
        });
        await isRefused("up", TOO_SLOW);
      });
    });
  }
});
