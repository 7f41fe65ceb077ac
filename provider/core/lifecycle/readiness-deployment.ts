import { objectAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { namedOf, type Cause, type Finding } from "./readiness";
import {
  conditionOf,
  generationOf,
  numberAt,
  observedGenerationOf,
  printCondition,
  type Condition,
} from "./readiness-conditions";

/**
 * What keeps a Deployment from being rolled out; nothing when all its pods are of the newest generation and available.
 * The same rules as `kubectl rollout status`.
 * https://github.com/kubernetes/kubectl/blob/v0.35.0/pkg/polymorphichelpers/rollout_status.go
 */
export function judgeDeployment(deployment: JsonObject): readonly Finding[] {
  const object = namedOf("Deployment", deployment);
  if (observedGenerationOf(deployment) < generationOf(deployment)) {
    const message = "its controller has not seen the change yet";
    return [{ object, cause: "pending", condition: "", reason: "NotObserved", message }];
  }
  const missing = missingIn(deployment);
  if (missing === undefined) return [];
  const refused = failing(deployment, "ReplicaFailure", "True");
  const late = failing(deployment, "Progressing", "False");
  const found = [
    ...(refused === undefined ? [] : [{ object, cause: refusedBy(refused), ...told(refused) }]),
    ...(late?.reason === "ProgressDeadlineExceeded"
      ? [{ object, cause: "deadline" as const, ...told(late) }]
      : []),
  ];
  if (found.length > 0) return found;
  const available = failing(deployment, "Available", "False");
  const condition = available === undefined ? "" : printCondition(available);
  return [{ object, cause: "pending", condition, reason: "RollingOut", message: missing }];
}

/** A webhook that does not answer may only be starting, as in a new cluster. */
function refusedBy({ message }: Condition): Cause {
  return message.includes("failed calling webhook") ? "webhook" : "refused";
}

function missingIn(deployment: JsonObject): string | undefined {
  const spec = objectAt(deployment, "spec");
  const status = objectAt(deployment, "status");
  const wanted = numberAt(spec, "replicas", 1);
  const count = (key: string): number => numberAt(status, key, 0);
  const updated = count("updatedReplicas");
  if (updated < wanted) {
    const paused = spec["paused"] === true ? "; it is paused" : "";
    return `${updated} of ${wanted} pods are of the newest generation${paused}`;
  }
  const old = count("replicas") - updated;
  if (old > 0) return `${old} pods of an older generation are still there`;
  const available = count("availableReplicas");
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}

function failing(deployment: JsonObject, type: string, status: string): Condition | undefined {
  const condition = conditionOf(deployment, type);
  return condition?.status === status ? condition : undefined;
}

function told(condition: Condition) {
  const { reason, message } = condition;
  return { condition: printCondition(condition), reason, message };
}
