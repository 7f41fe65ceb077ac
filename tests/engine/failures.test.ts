import assert from "node:assert/strict";
import { useCluster } from "../support/cluster-suite";
import { identity } from "../support/cluster";
import { childrenOf, instance, operate, succeed } from "../support/operation";

const NAMESPACE = "flux-system";
/**
 * What the provider would print of its own insides. A program that hears of the failure before the engine has stopped prints
 * "resource monitor shut down" and its own stack, with any component of any package.
 */
const NOISE = [
  /client connection is closing/,
  /unhandledRejection/,
  /^\s+at .*\/(provider|dist)\//,
];

function noiseIn(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => NOISE.some((pattern) => pattern.test(line)));
  return [...new Set(lines.map((line) => line.trim()))];
}

describe("an install that fails", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  const said: string[] = [];

  const program = (kubeconfig: () => string) =>
    instance(() => ({
      distribution: { version: "2.9.x" },
      components: ["source-controller"],
      kubeconfig: kubeconfig(),
    }));

  it("names the object that somebody else owns, and completes when it is gone", async () => {
    const account = identity("v1", "ServiceAccount", "source-controller", NAMESPACE);
    const { apiVersion, kind, name, namespace } = account;
    await suite.cluster.create({ apiVersion, kind: "Namespace", metadata: { name: namespace } });
    await suite.cluster.create({ apiVersion, kind, metadata: { name, namespace } });
    const install = program(() => suite.cluster.kubeconfig);
    const stack = await suite.project.stack("foreign", install);
    const failed = await operate(stack, "up", install);
    assert.ok(failed.failed);
    const errors = failed.recorder.messages("error").join("\n");
    // The preview finds it; where the cluster was too slow for that, its create fails.
    assert.match(
      errors,
      /already.*ServiceAccount\S*source-controller|"source-controller" already exists/i,
    );
    assert.notEqual(await suite.cluster.find(account), undefined);
    await suite.cluster.remove(account);
    await succeed(stack, "up", install);
    said.push(failed.text);
  });

  it("names the cause when the cluster can't be reached", async () => {
    const closed = () => suite.cluster.kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
    const stack = await suite.project.stack("unreachable", program(closed));
    const failed = await operate(stack, "up", program(closed));
    assert.ok(failed.failed);
    const errors = failed.recorder.messages("error").join("\n");
    assert.match(errors, /can't be reached: .*ECONNREFUSED.* 127\.0\.0\.1:1\b/);
    assert.match(errors, /the kubeconfig in the args/);
    assert.deepEqual(await childrenOf(stack), []);
    said.push(failed.text);
  });

  it("says nothing but the cause", () => {
    assert.equal(said.length, 2);
    assert.deepEqual(noiseIn(said.join("\n")), []);
  });
});
