import { objectAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { namedOf, type Cause, type Finding } from "./readiness";
import {
  conditionOf,
  generationOf,
  observedGenerationOf,
  printCondition,
  type Condition,
} from "./readiness-conditions";

/**
 * What keeps a source or Kustomization of Flux from being ready; nothing when it is Ready at its generation, and
 * nothing when it is suspended, as its controller does not look at it then.
 * https://github.com/fluxcd/pkg/blob/main/apis/meta/conditions.go
 */
export function judgeSync(kind: string, object: JsonObject): readonly Finding[] {
  if (objectAt(object, "spec")["suspend"] === true) return [];
  const about = { object: namedOf(kind, object) };
  const current = (type: string, status: string) => currentOf(object, type, status);
  const stalled = current("Stalled", "True");
  if (stalled !== undefined) return [{ ...about, cause: "stalled", ...told(stalled) }];
  const failed = current("Ready", "False");
  if (failed !== undefined) return [{ ...about, cause: causeOf(failed), ...told(failed) }];
  const reconciling = current("Reconciling", "True");
  if (reconciling !== undefined) return [{ ...about, cause: "pending", ...told(reconciling) }];
  const isObserved = observedGenerationOf(object) === generationOf(object);
  if (isObserved && current("Ready", "True") !== undefined) return [];
  const unknown = current("Ready", "Unknown");
  if (unknown !== undefined) return [{ ...about, cause: "pending", ...told(unknown) }];
  const message = "its controller has not dealt with it yet";
  return [{ ...about, cause: "pending", condition: "", reason: "NotObserved", message }];
}

/** A condition about the newest generation. After a failure only the condition tells which one that is about. */
function currentOf(object: JsonObject, type: string, status: string): Condition | undefined {
  const condition = conditionOf(object, type);
  if (condition?.status !== status) return undefined;
  const observed = condition.observedGeneration ?? observedGenerationOf(object);
  return observed === generationOf(object) ? condition : undefined;
}

/** Flux tries all of these again; a build of the same source fails again. */
function causeOf({ reason, message }: Condition): Cause {
  const isPath = reason === "ArtifactFailed" && message.includes("path not found");
  return isPath || reason === "BuildFailed" ? "build" : "pending";
}

function told(condition: Condition) {
  const { reason, message } = condition;
  return { condition: printCondition(condition), reason, message };
}
