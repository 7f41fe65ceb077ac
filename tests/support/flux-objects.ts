import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../provider/core/manifest";
import { applyAll } from "./flux/objects-of";
import { CHART_CONTENT, type FluxSource } from "./flux/source";
import { child, idOf, pluck, text } from "./kubernetes/identity";
import type { Objects } from "./kubernetes/objects";
import { conditionsOf, isObserved } from "./kubernetes/conditions";

export { objectsOf } from "./flux/objects-of";
export { terminating } from "./flux/terminating";

/** How many objects of Flux's there shall be, spread over how many namespaces. */
export interface Amounts {
  readonly kustomizations: number;
  readonly helmReleases: number;
  readonly namespaces: number;
}

const SOURCE = "source.toolkit.fluxcd.io/v1";
const KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1";
const HELM = "helm.toolkit.fluxcd.io/v2";
const INTERVAL = "10m";

const KINDS = [
  [SOURCE, "OCIRepository"],
  [KUSTOMIZE, "Kustomization"],
  [HELM, "HelmRelease"],
] as const;

/** The labels that tell which of Flux's objects an object is from. */
const MADE_BY = ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"];

/**
 * What `applyFluxObjects` applies: namespaces `team-N`, in each two OCIRepositories, and over them the Kustomizations
 * `app-N` and the HelmReleases `release-N`, each with a Deployment and a ConfigMap of its own beside it.
 */
export function fluxObjects(source: FluxSource, amounts: Amounts): readonly JsonObject[] {
  const team = (index: number): string => `team-${index % amounts.namespaces}`;
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
  return [
    ...upTo(amounts.namespaces).flatMap((index) => [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: team(index) } },
      repository(team(index), "manifests", source.manifests, source.tag),
      repository(team(index), "chart", source.chart, source.tag, CHART_CONTENT),
    ]),
    ...upTo(amounts.kustomizations).map((index) => kustomization(team(index), `app-${index}`)),
    ...upTo(amounts.helmReleases).map((index) => helmRelease(team(index), `release-${index}`)),
  ];
}

/** Applies that many objects of Flux's, and waits until its controllers have made all of them. */
export async function applyFluxObjects(
  objects: Objects,
  source: FluxSource,
  amounts: Amounts,
  seconds = 300,
): Promise<void> {
  await applyAll(objects, fluxObjects(source, amounts));
  await untilFluxIsReady(objects, seconds);
}

function repository(
  namespace: string,
  name: string,
  url: string,
  tag: string,
  mediaType?: string,
): JsonObject {
  const layer = mediaType && { layerSelector: { mediaType, operation: "copy" } };
  const spec = { interval: INTERVAL, url, ref: { tag }, insecure: true, ...layer };
  return { apiVersion: SOURCE, kind: "OCIRepository", metadata: { name, namespace }, spec };
}

function kustomization(namespace: string, name: string): JsonObject {
  const spec = {
    interval: INTERVAL,
    retryInterval: "5s",
    timeout: "1m",
    prune: true,
    wait: true,
    sourceRef: { kind: "OCIRepository", name: "manifests" },
    targetNamespace: namespace,
    namePrefix: `${name}-`,
  };
  return { apiVersion: KUSTOMIZE, kind: "Kustomization", metadata: { name, namespace }, spec };
}

function helmRelease(namespace: string, name: string): JsonObject {
  const spec = {
    interval: INTERVAL,
    timeout: "1m",
    chartRef: { kind: "OCIRepository", name: "chart" },
  };
  return { apiVersion: HELM, kind: "HelmRelease", metadata: { name, namespace }, spec };
}

/**
 * Waits until all of Flux's objects are Ready, have Flux's finalizer, and know what they made.
 *
 * @throws Error that names some that are not, with their message
 */
export async function untilFluxIsReady(objects: Objects, seconds = 300): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await Promise.all(
      KINDS.map(([apiVersion, kind]) => objects.list(apiVersion, kind)),
    );
    const unready = found.flat().filter((object) => !isReady(object));
    if (unready.length === 0) return;
    if (Date.now() > end) {
      const some = unready.slice(0, 3).map(printState).join("\n");
      throw new Error(`${unready.length} objects are not ready after ${seconds} s:\n${some}`);
    }
    await sleep(250);
  }
}

function isReady(object: JsonObject): boolean {
  const finalizers = child(object, "metadata")["finalizers"];
  const made = pluck(object, "status", "artifact") ?? pluck(object, "status", "inventory");
  return (
    isObserved(object) &&
    made !== undefined &&
    Array.isArray(finalizers) &&
    finalizers.includes("finalizers.fluxcd.io") &&
    conditionsOf(object).some(({ type, status }) => type === "Ready" && status === "True")
  );
}

function printState(object: JsonObject): string {
  const messages = conditionsOf(object).map(({ message }) => text(message));
  return `${text(object["kind"])} ${idOf(object)}: ${messages.join("; ")}`;
}

/** The UIDs of all Deployments that Flux has made, by `namespace/name`, in order. */
export async function workloadUids(objects: Objects): Promise<Readonly<Record<string, string>>> {
  const deployments = await objects.list("apps/v1", "Deployment");
  const made = deployments.filter((object) => {
    const labels = child(child(object, "metadata"), "labels");
    return MADE_BY.some((label) => labels[label] !== undefined);
  });
  const entries = made.map((object) => [idOf(object), text(child(object, "metadata")["uid"])]);
  return Object.fromEntries(entries.sort()) as Record<string, string>;
}
