import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import { surroundingsOf } from "../../../provider/io/oci/access";

describe("the surroundings", () => {
  const cacheOf = (platform: NodeJS.Platform, variables: Record<string, string> = {}) =>
    surroundingsOf(variables, "/home/me", platform).cacheFolder;
  const under = (...path: readonly string[]) => join(...path, "flux-instance", "artifacts");

  it("have the cache where each platform keeps caches", () => {
    assert.equal(cacheOf("linux"), under("/home/me", ".cache"));
    assert.equal(cacheOf("linux", { XDG_CACHE_HOME: "/x" }), under("/x"));
    assert.equal(cacheOf("linux", { XDG_CACHE_HOME: "" }), under("/home/me", ".cache"));
    assert.equal(cacheOf("darwin"), under("/home/me", "Library", "Caches"));
    assert.equal(cacheOf("win32", { LOCALAPPDATA: "/l" }), under("/l"));
    assert.equal(cacheOf("win32"), under("/home/me", "AppData", "Local"));
  });

  it("have Docker's configuration and the proxy of the environment", () => {
    const plain = surroundingsOf({}, "/home/me", "linux");
    assert.equal(plain.dockerConfig, join("/home/me", ".docker", "config.json"));
    assert.equal(plain.httpsProxy, undefined);
    const variables = { DOCKER_CONFIG: "/d", https_proxy: "http://p:1", NO_PROXY: "a" };
    const set = surroundingsOf(variables, "/home/me", "linux");
    assert.equal(set.dockerConfig, join("/d", "config.json"));
    assert.equal(set.httpsProxy, "http://p:1");
    assert.equal(set.noProxy, "a");
  });

  it("have the clusters as kubectl finds them, and the Kubernetes provider's variable", () => {
    const plain = surroundingsOf({}, "/home/me", "linux");
    assert.deepEqual(plain.kubeconfigs, [join("/home/me", ".kube", "config")]);
    assert.equal(plain.clusterHost, undefined);
    assert.equal(plain.deleteUnreachable, false);
    const variables = {
      KUBECONFIG: ["/a", "", "/b"].join(delimiter),
      KUBERNETES_SERVICE_HOST: "fd00::1",
      KUBERNETES_SERVICE_PORT: "6443",
      PULUMI_K8S_DELETE_UNREACHABLE: "true",
    };
    const set = surroundingsOf(variables, "/home/me", "linux");
    assert.deepEqual(set.kubeconfigs, ["/a", "/b"]);
    assert.equal(set.clusterHost, "[fd00::1]:6443");
    assert.equal(set.deleteUnreachable, true);
  });

  it("have what the user has named for this run, for several instances in a list", () => {
    const plain = surroundingsOf({}, "/home/me", "linux");
    assert.deepEqual([plain.moveTo, plain.takeOver], [[], []]);
    const variables = {
      FLUX_INSTANCE_MOVE_TO_CLUSTER: "uid-1",
      FLUX_INSTANCE_TAKE_OVER: " id-1,, id-2 ",
    };
    const set = surroundingsOf(variables, "/home/me", "linux");
    assert.deepEqual([set.moveTo, set.takeOver], [["uid-1"], ["id-1", "id-2"]]);
  });
});
