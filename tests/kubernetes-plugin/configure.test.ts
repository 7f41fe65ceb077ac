import assert from "node:assert/strict";

import { compareConfig, configValues } from "../support/kubernetes-plugin/configure";
import { readSettings } from "../support/kubernetes-plugin/settings";
import { makeSecret, unknownString } from "../support/kubernetes-plugin/struct";

function kubeconfig(server: string, token = "t"): string {
  return JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token } }],
  });
}

describe("kubernetes-plugin configuration", () => {
  it("replaces for another server", () => {
    const [olds, news] = [{ kubeconfig: kubeconfig("a") }, { kubeconfig: kubeconfig("b") }];
    assert.deepEqual(compareConfig(olds, news), {
      changed: ["kubeconfig"],
      replaces: ["kubeconfig"],
    });
  });

  it("updates for another token or setting", () => {
    const olds = { kubeconfig: makeSecret(kubeconfig("a")) };
    const news = { kubeconfig: makeSecret(kubeconfig("a", "new")), enableSecretMutable: "true" };
    assert.deepEqual(compareConfig(olds, news), {
      changed: ["kubeconfig", "enableSecretMutable"],
      replaces: [],
    });
  });

  it("lets clusterIdentifier decide", () => {
    const config = (server: string, clusterIdentifier: string) => ({
      kubeconfig: kubeconfig(server),
      clusterIdentifier,
    });
    assert.deepEqual(compareConfig(config("a", "x"), config("b", "x")).replaces, []);
    assert.deepEqual(compareConfig(config("a", "x"), config("a", "y")).replaces, [
      "clusterIdentifier",
    ]);
  });

  it("replaces for a kubeconfig that is not known yet", () => {
    const difference = compareConfig(
      { kubeconfig: kubeconfig("a") },
      { kubeconfig: unknownString },
    );
    assert.deepEqual(difference.replaces, ["kubeconfig"]);
  });

  it("reads values sent as strings or as JSON, without those that are unknown", () => {
    const values = configValues({ a: "true", b: true, c: { d: 1 }, e: unknownString });
    assert.deepEqual(
      [...values],
      [
        ["a", "true"],
        ["b", "true"],
        ["c", '{"d":1}'],
      ],
    );
  });

  it("prefers a setting to its environment variable, and both to the default", () => {
    const env = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true", PULUMI_K8S_DELETE_UNREACHABLE: "true" };
    const settings = readSettings(new Map([["enablePatchForce", "false"]]), env);
    assert.equal(settings.patchForce, false);
    assert.equal(settings.deleteUnreachable, true);
    assert.equal(settings.serverSideApply, true);
    assert.equal(settings.upsert, false);
    assert.equal(settings.settle, 10_000);
  });
});
