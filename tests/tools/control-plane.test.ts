import assert from "node:assert/strict";
import { parse } from "yaml";
import { ask, type Access } from "../../tools/cluster/access";
import { controlPlaneTools, filesIn, type ControlPlaneTools } from "../../tools/cluster/commands";
import { startControlPlane, type ControlPlane } from "../../tools/control-plane";
import { leftOvers } from "./processes";
import { requireTools } from "./require-tools";

const labels = { app: "web" };
const container = { name: "web", image: "registry.invalid/web:1" };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { nodeSelector: { "kubernetes.io/os": "linux" }, containers: [container] },
    },
  },
};
const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
};

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly phase?: string;
}

describe("a control plane", function () {
  this.timeout(120_000);
  let tools: ControlPlaneTools;
  let controlPlane: ControlPlane;
  let access: Access;

  before(async function () {
    tools = await requireTools(this, controlPlaneTools);
    controlPlane = await startControlPlane({ tools });
    const { users } = parse(controlPlane.kubeconfig) as { users: { user: { token: string } }[] };
    access = {
      server: controlPlane.server,
      authorityFile: filesIn(controlPlane.dataFolder).authority,
      token: users[0]!.user.token,
    };
  });
  // Also when a test failed; a second stop does nothing.
  after(() => (controlPlane as ControlPlane | undefined)?.stop());

  const create = async (path: string, body: object): Promise<void> => {
    const { code, text } = await ask(access, path, body);
    assert.equal(code, 201, text);
  };
  const statusOf = async (path: string): Promise<Status> => {
    const { code, text } = await ask(access, path);
    return code === 200 ? (JSON.parse(text) as { status: Status }).status : {};
  };
  const isAvailable = async (name: string): Promise<boolean> =>
    (await statusOf(`/apis/apps/v1/namespaces/default/deployments/${name}`)).conditions?.some(
      ({ type, status }) => type === "Available" && status === "True",
    ) ?? false;
  const isGone = async (path: string): Promise<boolean> => (await ask(access, path)).code === 404;

  it("makes a Deployment Available", async () => {
    await create("/apis/apps/v1/namespaces/default/deployments", deployment);
    await eventually(() => isAvailable("web"));
  });

  it("deletes a Deployment with its Pods in the foreground", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    await ask(access, path, { propagationPolicy: "Foreground" }, "DELETE");
    await eventually(() => isGone(path));
    // One that its ReplicaSet made at the last moment is collected a little later.
    await eventually(async () => {
      const pods = await ask(access, "/api/v1/namespaces/default/pods");
      return (JSON.parse(pods.text) as { items: object[] }).items.length === 0;
    });
  });

  it("binds a claim of the default class", async () => {
    await create("/api/v1/namespaces/default/persistentvolumeclaims", claim);
    const path = "/api/v1/namespaces/default/persistentvolumeclaims/data";
    await eventually(async () => (await statusOf(path)).phase === "Bound");
  });

  it("removes a namespace with what is in it", async () => {
    await create("/api/v1/namespaces", { metadata: { name: "short" } });
    await create("/api/v1/namespaces/short/configmaps", { metadata: { name: "a" } });
    await ask(access, "/api/v1/namespaces/short", {}, "DELETE");
    await eventually(() => isGone("/api/v1/namespaces/short"));
  });

  it("comes back on the same port with the same data when the API server was killed", async () => {
    await create("/api/v1/namespaces/default/configmaps", { metadata: { name: "kept" } });
    await controlPlane.killApiServer();
    assert.equal((await ask(access, "/readyz")).code, 0);
    await controlPlane.restartApiServer();
    assert.equal((await ask(access, "/api/v1/namespaces/default/configmaps/kept")).code, 200);
    const second = { ...deployment, metadata: { name: "after" } };
    await create("/apis/apps/v1/namespaces/default/deployments", second);
    await eventually(() => isAvailable("after"));
  });

  it("runs beside a second one, and leaves no process and no file when it stops", async () => {
    const second = await startControlPlane({ tools });
    await second.stop();
    assert.deepEqual(await leftOvers(second.dataFolder, 0), []);
    assert.equal((await ask(access, "/readyz")).code, 200);
    await controlPlane.stop();
    assert.deepEqual(await leftOvers(controlPlane.dataFolder, 0), []);
  });
});

async function eventually(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await check())) {
    assert.ok(Date.now() < end, "it did not happen within 60 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
