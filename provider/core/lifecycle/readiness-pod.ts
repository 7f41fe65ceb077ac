import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject } from "../manifest";
import { namedOf, type Cause, type Finding, type Named } from "./readiness";
import { conditionOf, numberAt, printCondition } from "./readiness-conditions";

/**
 * What a waiting container waits for.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/images/types.go and
 * https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/kuberuntime/kuberuntime_container.go
 */
const WAITING: Readonly<Record<string, Cause>> = {
  ErrImagePull: "image",
  ImagePullBackOff: "image",
  ImageInspectError: "image",
  RegistryUnavailable: "image",
  SignatureValidationFailed: "image",
  InvalidImageName: "image-name",
  ErrImageNeverPull: "image-name",
  CreateContainerConfigError: "container",
  CreateContainerError: "container",
  PreCreateHookError: "container",
  PreStartHookError: "container",
  PostStartHookError: "container",
  RunContainerError: "container",
};

/** A controller may fail once or twice while the cluster itself starts. */
const CRASHES = 2;

/** A scheduler's message that time alone may change: nodes start, or are being replaced. */
const NODES_IN_MOTION =
  /no nodes available|not-ready|unreachable|uninitialized|network-unavailable|were unschedulable/i;

/** Scheduling waits for a claim, which is judged by itself. */
const CLAIM_IN_MOTION = /persistentvolumeclaim/i;

/** What keeps a pod from being ready; nothing for one that ends or has ended, which is about to be replaced. */
export function judgePod(pod: JsonObject, of: Named): readonly Finding[] {
  const status = objectAt(pod, "status");
  const isEnding = objectAt(pod, "metadata")["deletionTimestamp"] !== undefined;
  if (isEnding || ["Failed", "Succeeded"].includes(textAt(status, "phase"))) return [];
  const about = { object: namedOf("Pod", pod), of };
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") {
    const { reason, message } = scheduled;
    // Pods of a lower priority are making room on that node.
    const isNominated = textAt(status, "nominatedNodeName") !== "";
    const isStuck = reason === "Unschedulable" && !isNominated;
    const cause = isStuck ? unscheduledBy(message) : "pending";
    return [{ ...about, cause, condition: printCondition(scheduled), reason, message }];
  }
  const containers = ["initContainerStatuses", "containerStatuses"].flatMap((key) =>
    listAt(status, key).filter(isObject),
  );
  return containers.flatMap((container) => {
    const found = judgeContainer(container);
    return found === undefined
      ? []
      : [{ ...about, container: textAt(container, "name"), ...found }];
  });
}

/** The names of the claims that a pod mounts. */
export function claimsOf(pod: JsonObject): readonly string[] {
  return listAt(objectAt(pod, "spec"), "volumes")
    .filter(isObject)
    .map((volume) => textAt(objectAt(volume, "persistentVolumeClaim"), "claimName"))
    .filter((name) => name !== "");
}

function unscheduledBy(message: string): Cause {
  if (CLAIM_IN_MOTION.test(message)) return "pending";
  return NODES_IN_MOTION.test(message) ? "scaling" : "unschedulable";
}

type State = Pick<Finding, "cause" | "condition" | "reason" | "message">;

function judgeContainer(container: JsonObject): State | undefined {
  const { waiting, running, terminated } = objectAt(container, "state");
  if (isObject(waiting)) return judgeWaiting(container, waiting);
  if (isObject(running) && container["ready"] !== true) {
    const message = "it runs, but it is not ready yet";
    return { cause: "pending", condition: "running", reason: "NotReady", message };
  }
  if (!isObject(terminated) || terminated["exitCode"] === 0) return undefined;
  const message = printExit(terminated);
  const reason = textAt(terminated, "reason");
  return { cause: "pending", condition: "terminated", reason, message };
}

function judgeWaiting(container: JsonObject, waiting: JsonObject): State {
  const reason = textAt(waiting, "reason");
  const message = textAt(waiting, "message");
  if (reason !== "CrashLoopBackOff") {
    return { cause: WAITING[reason] ?? "pending", condition: "waiting", reason, message };
  }
  const cause = numberAt(container, "restartCount", 0) < CRASHES ? "pending" : "crash";
  const last = objectAt(objectAt(container, "lastState"), "terminated");
  const exit = printExit(last);
  const words = [message, exit].filter((part) => part !== "").join("; ");
  return { cause, condition: "waiting", reason, message: words };
}

function printExit(terminated: JsonObject): string {
  const code = numberAt(terminated, "exitCode", NaN);
  if (Number.isNaN(code)) return "";
  const reason = textAt(terminated, "reason");
  const message = textAt(terminated, "message");
  const why = reason === "" || reason === "Error" ? "" : ` (${reason})`;
  return `it ended with exit code ${code}${why}${message === "" ? "" : `: ${message}`}`;
}
