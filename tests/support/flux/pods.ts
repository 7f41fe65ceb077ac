import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { child, pluck, text } from "../kubernetes/identity";
import { conditionsOf } from "../kubernetes/conditions";
import type { Collection } from "./follow";

/** A pod that its controller's process stands for. */
export interface ReadyPod {
  readonly uid: string;
  /** The value of its label `app`: the name of its Deployment. */
  readonly app: string;
  readonly args: readonly string[];
}

/** The pods that are ready and not on their way out. */
export function readyPods(pods: Collection): readonly ReadyPod[] {
  return [...pods].flatMap(([uid, pod]) => {
    const metadata = child(pod, "metadata");
    if (metadata["deletionTimestamp"] !== undefined || !isReady(pod)) return [];
    return [{ uid, app: text(child(metadata, "labels")["app"]), args: argsOf(pod) }];
  });
}

const isReady = (pod: JsonObject): boolean =>
  conditionsOf(pod).some(({ type, status }) => type === "Ready" && status === "True");

/** The arguments of the first container, with the one variable that Flux's have. */
function argsOf(pod: JsonObject): readonly string[] {
  const containers = pluck(pod, "spec", "containers");
  const [container] = Array.isArray(containers) ? containers.filter(isObject) : [];
  const args = container?.["args"];
  const namespace = text(child(pod, "metadata")["namespace"]);
  return (Array.isArray(args) ? args : []).map((arg) =>
    text(arg).replaceAll("$(RUNTIME_NAMESPACE)", namespace),
  );
}
