import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../provider/core/manifest";
import { collect } from "../../provider/io/cluster/list";
import { pathOf, type ObjectName, type ResourceType } from "../../provider/io/cluster/paths";
import { PODS } from "../../provider/io/cluster/types";
import { child, text } from "./kubernetes/identity";
import type { Objects } from "./kubernetes/objects";
import type { KeyPair } from "./registries/certificate";

/** A pod with this scheduler gets no node from the real one, so that kwok does not make it ready. */
export const BY_HAND = "by-hand";

const NODE = "kwok-node-0";
const NODES: ResourceType = { group: "", version: "v1", plural: "nodes" };

/** One state of the container, and for how many milliseconds it stays. */
export interface Step {
  readonly state: JsonObject;
  readonly restarts?: number;
  /** How the container ended before. */
  readonly last?: JsonObject;
  readonly ready?: boolean;
  readonly time: number;
}

const EXIT = { terminated: { exitCode: 1, reason: "Error" } };
const RUNNING = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const waiting = (reason: string, message: string) => ({ waiting: { reason, message } });

/** A container whose readiness probe does not succeed. */
export const RUNS_UNREADY: Step = { state: RUNNING, time: 0 };

/** What a kubelet reports of an image that its registry does not have, with a second try after 10 seconds. */
export function imagePull(image: string): readonly Step[] {
  const failed = `failed to pull and unpack image "${image}": not found`;
  const backOff = `Back-off pulling image "${image}": ErrImagePull: ${failed}`;
  return [
    { state: waiting("ErrImagePull", failed), time: 1_000 },
    { state: waiting("ImagePullBackOff", backOff), time: 11_000 },
    { state: waiting("ErrImagePull", failed), time: 1_000 },
    { state: waiting("ImagePullBackOff", backOff), time: 0 },
  ];
}

/** What a kubelet reports of an image that a registry gives at the second try. */
export function hiccup(image: string): readonly Step[] {
  return [...imagePull(image).slice(0, 2), { state: RUNNING, ready: true, time: 0 }];
}

/** What a kubelet reports of a container that ends as soon as it starts: at once again, then after 10 seconds. */
export function crashes(): readonly Step[] {
  const backOff = (time: number) =>
    waiting("CrashLoopBackOff", `back-off ${time}s restarting failed container=manager`);
  return [
    { state: RUNNING, time: 500 },
    { state: EXIT, time: 500 },
    { state: RUNNING, restarts: 1, last: EXIT, time: 500 },
    { state: backOff(10), restarts: 1, last: EXIT, time: 10_000 },
    { state: RUNNING, restarts: 2, last: EXIT, time: 500 },
    { state: backOff(20), restarts: 2, last: EXIT, time: 0 },
  ];
}

/**
 * Plays the kubelet for the one pod of a namespace that has the scheduler BY_HAND: reports the steps as its status.
 * It stands in for containers that nothing runs here; the status is what a kubelet writes.
 */
export async function playKubelet(
  objects: Objects,
  namespace: string,
  steps: readonly Step[],
): Promise<void> {
  const pod = { namespace, name: await podIn(objects, namespace) };
  for (const [index, { state, restarts = 0, last = {}, ready = false, time }] of steps.entries()) {
    const container = {
      name: "manager",
      image: "manager",
      imageID: "",
      ready,
      restartCount: restarts,
      state,
      lastState: last,
    };
    // The address tells kwok that somebody cares for the pod.
    await patchStatus(objects, PODS, pod, {
      phase: ready ? "Running" : "Pending",
      podIP: "10.0.0.1",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [container],
    });
    if (index === 0) await bind(objects, pod);
    await sleep(time);
  }
}

/** A fake of the part of a kubelet that the API server asks for logs. */
export interface LogServer {
  /** What was asked, as `<namespace>/<container>?<query>`. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** Serves the same lines as the log of every container, the last ones as asked, and has the node point to it. */
export async function serveLogs(
  objects: Objects,
  { key, cert }: KeyPair,
  lines: readonly string[],
): Promise<LogServer> {
  const asked: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const url = new URL(request.url ?? "/", "https://kubelet");
    const [, , namespace = "", , container = ""] = url.pathname.split("/");
    asked.push(`${namespace}/${container}${url.search}`);
    const count = Number(url.searchParams.get("tailLines") ?? lines.length);
    response.end(`${lines.slice(-count).join("\n")}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await patchStatus(
    objects,
    NODES,
    { name: NODE },
    {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  );
  return {
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function podIn(objects: Objects, namespace: string): Promise<string> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(50)) {
    const pods = await collect((await objects.cluster()).list(PODS, { namespace }));
    const pod = pods.find((candidate) => child(candidate, "spec")["schedulerName"] === BY_HAND);
    if (pod !== undefined) return text(child(pod, "metadata")["name"]);
  }
  throw new Error(`no pod appeared in ${namespace}`);
}

async function patchStatus(
  objects: Objects,
  type: ResourceType,
  name: ObjectName,
  status: JsonObject,
): Promise<void> {
  const patch = { type: "merge", value: { status } } as const;
  await (await objects.cluster()).patch(type, name, patch, { subresource: "status" });
}

async function bind(objects: Objects, pod: ObjectName): Promise<void> {
  const target = { apiVersion: "v1", kind: "Node", name: NODE };
  const body = { apiVersion: "v1", kind: "Binding", metadata: { name: pod.name }, target };
  const { session } = await objects.cluster();
  const path = pathOf(PODS, pod, "binding");
  await session.sendForObject("bind the pod", { method: "POST", path, body });
}
