import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PODS } from "../../provider/io/cluster/types";
import { freePorts } from "../../tools/processes/ports";
import { startProcessGroup } from "../../tools/processes/process-group";
import type { ToolPaths } from "../../tools/provide";
import { follow } from "./flux/follow";
import { Place } from "./flux/place";
import { readyPods, type ReadyPod } from "./flux/pods";

/** The controllers that can be had: Flux publishes no programs, so they are built from their Go modules. */
export const FLUX_CONTROLLERS = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
] as const;

export type FluxController = (typeof FLUX_CONTROLLERS)[number];

/** Flux's controllers as processes of this machine, each in place of the pod that kwok only pretends to run. */
export interface FluxControllers {
  /** The controllers whose process runs, in the order of FLUX_CONTROLLERS. */
  running(): readonly FluxController[];
  /** Waits until exactly these run. */
  untilRunning(names: readonly FluxController[], seconds?: number): Promise<void>;
  /** All that a controller has written, over all its processes. */
  log(name: FluxController): string;
  /** Kills one process only, as a crash would. */
  crash(name: FluxController): Promise<void>;
  /** Data and logs; removed by `stop`. */
  readonly dataFolder: string;
  /** Kills the processes and starts no others. */
  stop(): Promise<void>;
}

/** What `startFluxControllers` needs to know. */
export interface Surroundings {
  readonly kubeconfig: string;
  readonly programs: ToolPaths<FluxController>;
  /** Where the Deployments are. Default: `flux-system`. */
  readonly namespace?: string;
}

/**
 * Starts a controller's process when its Deployment has a ready pod, with that pod's arguments, and kills it when the
 * pod goes: deleted, scaled down, or replaced. A process that ends by itself is started again, as a kubelet does.
 * The processes are the cluster's administrator, and end with this one, however it ends.
 */
export async function startFluxControllers(surroundings: Surroundings): Promise<FluxControllers> {
  const { kubeconfig, programs, namespace = "flux-system" } = surroundings;
  const [port = 0] = await freePorts(1);
  const group = startProcessGroup("flux");
  const { dataFolder } = group;
  const storage = join(dataFolder, "storage");
  mkdirSync(storage);
  const env = { KUBECONFIG: join(dataFolder, "kubeconfig"), RUNTIME_NAMESPACE: namespace };
  writeFileSync(env.KUBECONFIG, kubeconfig, { mode: 0o600 });
  const places = FLUX_CONTROLLERS.map((name) => {
    const own = name === "source-controller" ? storageArgs(storage, port) : [];
    const run = (args: readonly string[]) => {
      const all = [...args, ...LOCAL_ARGS, ...own];
      group.start({ name, program: programs[name], args: all, env });
    };
    return new Place(name, group, run);
  });
  let pods: readonly ReadyPod[] = [];
  const settle = (): void => {
    for (const place of places) place.settle(pods);
  };
  const labels = `app in (${FLUX_CONTROLLERS.join(",")})`;
  const unfollow = follow({ kubeconfig, type: PODS, namespace, labels }, (found) => {
    pods = readyPods(found);
    settle();
  });
  const timer = setInterval(settle, 200).unref();
  const running = () => FLUX_CONTROLLERS.filter((name) => group.isRunning(name));
  const log = (name: FluxController) => readLog(join(dataFolder, `${name}.log`));
  return {
    dataFolder,
    running,
    log,
    crash: (name) => group.kill(name),
    async untilRunning(names, seconds = 30) {
      const wanted = FLUX_CONTROLLERS.filter((name) => names.includes(name));
      const end = Date.now() + seconds * 1000;
      while (running().join() !== wanted.join()) {
        if (Date.now() > end) {
          const logs = wanted.map((name) => log(name).slice(-1000)).join("\n");
          throw new Error(`running are [${running().join()}], not [${wanted.join()}]:\n${logs}`);
        }
        await sleep(20);
      }
    },
    async stop() {
      unfollow();
      clearInterval(timer);
      await group.stop();
    },
  };
}

/** What differs from a pod; the last one of a flag counts. */
const LOCAL_ARGS = [
  "--events-addr=",
  "--metrics-addr=0",
  "--health-addr=0",
  "--enable-leader-election=false",
  // Most of their time they wait for workloads to become ready.
  "--concurrent=12",
  "--interval-jitter-percentage=0",
  "--requeue-dependency=2s",
];

/** The artifacts' place, and where the other controllers find it. */
const storageArgs = (folder: string, port: number): readonly string[] => [
  `--storage-path=${folder}`,
  `--storage-addr=127.0.0.1:${port}`,
  `--storage-adv-addr=127.0.0.1:${port}`,
];

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
