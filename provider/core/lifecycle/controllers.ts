import { isObject, type JsonObject } from "../manifest";

/** Whether a controller can still act on its custom resources. */
export type Life = "running" | "stopping" | "stopped";

/** A Deployment that is there, by its own word. */
export function lifeOfDeployment({ metadata, spec, status }: JsonObject): Life {
  if (isObject(metadata) && metadata["deletionTimestamp"] !== undefined) return "stopping";
  const wanted = isObject(spec) ? spec["replicas"] : undefined;
  if (wanted !== 0) return "running";
  const left = isObject(status) ? status["replicas"] : undefined;
  return typeof left === "number" && left > 0 ? "stopping" : "stopped";
}

/** A pod without a Deployment that wants it; one that has ended for good can't act. */
export function lifeOfPod({ status }: JsonObject): Life {
  const phase = isObject(status) ? status["phase"] : undefined;
  return phase === "Succeeded" || phase === "Failed" ? "stopped" : "stopping";
}

/** The labels of every Deployment of a controller, those of its shards included. */
export function labelsOfController(component: string): string {
  return `app.kubernetes.io/component=${component},app.kubernetes.io/part-of=flux`;
}

/** The label of the pods of Deployments; each controller and shard has its own `app`. */
export function labelsOfPods(deployments: readonly string[]): string {
  return `app in (${deployments.join(",")})`;
}
