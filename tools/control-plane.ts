import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { ask, writeCredentials, writeKubeconfig, type Access } from "./cluster/access";
import {
  apiServerCommand,
  controllerManagerCommand,
  controlPlaneTools,
  etcdCommand,
  filesIn,
  kwokCommand,
  schedulerCommand,
  type ControlPlaneTools,
  type Place,
} from "./cluster/commands";
import { nodePath, seed } from "./cluster/seed";
import { freePorts } from "./processes/ports";
import { startProcessGroup, type ProcessGroup } from "./processes/process-group";
import { provide } from "./provide";
import type { Log } from "./sources/progress";

/** A running Kubernetes API with controllers, a scheduler and one fake node. */
export interface ControlPlane {
  /** The kubeconfig's content, with all credentials inside. */
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  readonly server: string;
  /** Data, certificates and one log file per process; removed by `stop`. */
  readonly dataFolder: string;
  /** Kills the API server only, as a crash would; everything else keeps running. */
  killApiServer(): Promise<void>;
  /** Starts the API server again, on the same port with the same data, and waits for it. */
  restartApiServer(): Promise<void>;
  /** Ends all processes and removes the data folder; may be called again. */
  stop(): Promise<void>;
}

interface Wishes {
  /** The programs; without them `provide` is asked. */
  readonly tools?: ControlPlaneTools;
  readonly log?: Log;
}

/** Starts a control plane on free loopback ports and resolves when it is ready to be used. */
export async function startControlPlane({ tools, log }: Wishes = {}): Promise<ControlPlane> {
  const programs = tools ?? (await provide(controlPlaneTools, log));
  const start = Date.now();
  const group = startProcessGroup("control-plane");
  try {
    const controlPlane = await startIn(group, programs);
    log?.(`The control plane is ready after ${((Date.now() - start) / 1000).toFixed(1)} s.`);
    return controlPlane;
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function startIn(group: ProcessGroup, tools: ControlPlaneTools): Promise<ControlPlane> {
  const place = await choosePlace(group.dataFolder);
  const access: Access = {
    server: `https://127.0.0.1:${place.apiServerPort}`,
    authorityFile: filesIn(place.folder).authority,
    ...writeCredentials(place.folder),
  };
  group.start(etcdCommand(tools.etcd, place, skipsSync(tools.etcd)));
  await group.waitFor("etcd's start", () => accepts(place.etcdPort), 30);
  const startApiServer = async (): Promise<void> => {
    group.start(apiServerCommand(tools["kube-apiserver"], place));
    await group.waitFor("the API server's start", () => isReady(access), 60);
  };
  await startApiServer();
  const kubeconfig = writeKubeconfig(place.folder, access);
  group.start(controllerManagerCommand(tools["kube-controller-manager"], place));
  group.start(schedulerCommand(tools["kube-scheduler"], place));
  group.start(kwokCommand(tools.kwok, place));
  await plant(group, access);
  await group.waitFor("a Ready node with a service account", () => isUsable(access), 60);
  return {
    kubeconfig,
    kubeconfigFile: filesIn(place.folder).kubeconfig,
    server: access.server,
    dataFolder: group.dataFolder,
    killApiServer: () => group.kill("kube-apiserver"),
    restartApiServer: startApiServer,
    stop: () => group.stop(),
  };
}

async function choosePlace(folder: string): Promise<Place> {
  const [etcdPort = 0, etcdPeerPort = 0, apiServerPort = 0] = await freePorts(3);
  return { folder, etcdPort, etcdPeerPort, apiServerPort };
}

const skipsSync = (etcd: string): boolean =>
  spawnSync(etcd, ["--help"], { encoding: "utf8" }).stdout.includes("--unsafe-no-fsync");

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

async function isReady(access: Access): Promise<boolean> {
  return (await ask(access, "/readyz")).code === 200;
}

async function plant(group: ProcessGroup, access: Access): Promise<void> {
  let left = seed;
  const attempt = async (): Promise<boolean> => {
    const answers = await Promise.all(
      left.map(async (object) => ({ object, ...(await ask(access, object.path, object.body)) })),
    );
    // A busy machine leaves requests without an answer that are done all the same: then the object is there.
    const refused = answers.find(({ code }) => ![201, 409, 0].includes(code));
    if (refused !== undefined) {
      const { object, code, text } = refused;
      throw new Error(`${object.path} answered ${code} to a new object: ${text}`);
    }
    left = answers.filter(({ code }) => code === 0).map(({ object }) => object);
    return left.length === 0;
  };
  await group.waitFor("the first objects", attempt, 60);
}

/** Pods can be scheduled from now on: the node is Ready and untainted, and the account is there. */
async function isUsable(access: Access): Promise<boolean> {
  const account = await ask(access, "/api/v1/namespaces/default/serviceaccounts/default");
  const node = await ask(access, nodePath);
  if (account.code !== 200 || node.code !== 200) return false;
  const { spec, status } = JSON.parse(node.text) as {
    spec: { taints?: readonly object[] };
    status: { conditions?: readonly { type: string; status: string }[] };
  };
  const ready = status.conditions?.some((it) => it.type === "Ready" && it.status === "True");
  return ready === true && (spec.taints ?? []).length === 0;
}
