import { isDeepStrictEqual } from "node:util";

import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { child, identityOf, pluck, text } from "./identity";
import type { Objects } from "./objects";
import { conditionsOf, isObserved } from "./wait-for";

/** What a look at an object says: undefined for ready, else what is missing. */
export type Missing = readonly string[] | undefined;

/** Looks at an object; it may read others and remember what it saw. */
export type Look = (live: JsonObject) => Missing | Promise<Missing>;

/** How the plugin waits for a kind. */
export interface Readiness {
  readonly look: (objects: Objects, settle: number) => Look;
  /** A limit of its own in seconds, in place of the resource's timeout. */
  readonly limit?: number;
  /** True where a refresh looks too. */
  readonly onRead: boolean;
}

function number(value: unknown, otherwise = 0): number {
  return typeof value === "number" ? value : otherwise;
}

function condition(live: JsonObject, type: string): JsonObject {
  return conditionsOf(live).find((item) => item["type"] === type) ?? {};
}

/** The message of a condition that is not True. */
function complaint(live: JsonObject, type: string): readonly string[] {
  const { status, reason, message } = condition(live, type);
  return status === "True" || reason === undefined ? [] : [`[${text(reason)}] ${text(message)}`];
}

function deployment(live: JsonObject): Missing {
  const revision = pluck(live, "metadata", "annotations", "deployment.kubernetes.io/revision");
  const complaints = [...complaint(live, "Progressing"), ...complaint(live, "Available")];
  const wanted = number(pluck(live, "spec", "replicas"), 1);
  const status = child(live, "status");
  if (
    !isObserved(live) ||
    revision === undefined ||
    condition(live, "Available")["status"] !== "True"
  ) {
    return [...complaints, "Minimum number of live Pods was not attained"];
  }
  const rolled =
    revision === "1" || condition(live, "Progressing")["reason"] === "NewReplicaSetAvailable";
  const updated = number(status["updatedReplicas"]) >= wanted;
  const ready = number(status["readyReplicas"]) >= wanted;
  if (rolled && updated && ready) return undefined;
  return [
    ...complaints,
    "Minimum number of Pods to consider the application live was not attained",
  ];
}

function statefulSet(live: JsonObject): Missing {
  const wanted = number(pluck(live, "spec", "replicas"), 1);
  const { currentRevision, updateRevision, readyReplicas } = child(live, "status");
  const done =
    isObserved(live) && currentRevision === updateRevision && number(readyReplicas) >= wanted;
  return done ? undefined : ["Failed to observe the expected number of ready replicas"];
}

function daemonSet(live: JsonObject): Missing {
  const { desiredNumberScheduled, updatedNumberScheduled, numberReady } = child(live, "status");
  const wanted = number(desiredNumberScheduled, -1);
  const done =
    isObserved(live) &&
    number(updatedNumberScheduled) === Math.max(wanted, 0) &&
    number(numberReady) === wanted;
  return done ? undefined : ["Not all desired Pods of the DaemonSet are updated and ready"];
}

function pod(live: JsonObject): Missing {
  const done =
    condition(live, "Ready")["status"] === "True" || pluck(live, "status", "phase") === "Succeeded";
  return done ? undefined : [...complaint(live, "Ready"), "Pod is not ready"];
}

function job(live: JsonObject): Missing {
  if (condition(live, "Complete")["status"] === "True") return undefined;
  return ["Job has not completed"];
}

function volume(live: JsonObject): Missing {
  const phase = text(pluck(live, "status", "phase"));
  return phase === "Available" || phase === "Bound" ? undefined : [`PersistentVolume is ${phase}`];
}

function quota(live: JsonObject): Missing {
  const hard = pluck(live, "spec", "hard");
  return isDeepStrictEqual(hard, pluck(live, "status", "hard"))
    ? undefined
    : ["the quota controller has not taken over spec.hard"];
}

function tokenSecret(live: JsonObject): Missing {
  const empty = Object.keys(child(live, "data")).length === 0;
  return live["type"] === "kubernetes.io/service-account-token" && empty
    ? ["the token controller has not written the token"]
    : undefined;
}

/** A claim is ready when bound; one whose class waits for a consumer is ready when pending. */
function claim(objects: Objects): Look {
  return async (live) => {
    const phase = text(pluck(live, "status", "phase"));
    if (phase === "Bound") return undefined;
    const name = text(pluck(live, "spec", "storageClassName"));
    const mode = name === "" ? "" : await bindingMode(objects, name);
    return mode === "WaitForFirstConsumer" && phase === "Pending"
      ? undefined
      : [`PersistentVolumeClaim is ${phase === "" ? "not bound" : phase}`];
  };
}

async function bindingMode(objects: Objects, name: string): Promise<string> {
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    name,
    namespace: "",
  };
  return text((await found(objects.get(storageClass)))["volumeBindingMode"]);
}

/** The answer of a read; an absent object is an empty one. */
async function found(answer: Promise<JsonObject>): Promise<JsonObject> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return {};
    throw error;
  });
}

/**
 * A Service is ready when its Endpoints exist, none of them is pending, and nothing has changed for
 * the settling time. pulumi-kubernetes, provider/pkg/await/service.go.
 */
function service(objects: Objects, settle: number): Look {
  let seen = "";
  let since = Date.now();
  return async (live) => {
    const { type, clusterIP, selector } = child(live, "spec");
    const external = pluck(live, "status", "loadBalancer", "ingress");
    if (type === "LoadBalancer" && !(Array.isArray(external) && external.length > 0)) {
      return ["Service was not allocated an IP address"];
    }
    const selects = Object.keys(isObject(selector) ? selector : {}).length > 0;
    if (type === "ExternalName" || clusterIP === "None" || !selects) return undefined;
    const identity = { ...identityOf(live), kind: "Endpoints" };
    const endpoints = await found(objects.get(identity));
    const now = JSON.stringify(endpoints["subsets"] ?? null);
    if (now !== seen) [seen, since] = [now, Date.now()];
    if (endpoints["kind"] === undefined) return ["Service does not target any Pods"];
    const pending = now.includes('"notReadyAddresses"');
    return pending || Date.now() - since < settle
      ? ["Service's endpoints are not ready or not settled"]
      : undefined;
  };
}

const plain = (look: Look, onRead: boolean, limit?: number): Readiness => ({
  look: () => look,
  onRead,
  ...(limit === undefined ? {} : { limit }),
});

/** The kinds that the plugin waits for; provider/pkg/await/awaiters.go has the limits. */
export const readiness: Readonly<Record<string, Readiness>> = {
  "apps/v1/DaemonSet": plain(daemonSet, true),
  "apps/v1/Deployment": plain(deployment, true),
  "apps/v1/StatefulSet": plain(statefulSet, true),
  "batch/v1/Job": plain(job, true),
  "v1/PersistentVolume": plain(volume, false, 300),
  "v1/PersistentVolumeClaim": { look: claim, onRead: false, limit: 300 },
  "v1/Pod": plain(pod, true),
  "v1/ResourceQuota": plain(quota, false, 60),
  "v1/Secret": plain(tokenSecret, false, 5),
  "v1/Service": { look: service, onRead: true },
};
