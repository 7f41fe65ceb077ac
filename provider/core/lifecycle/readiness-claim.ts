import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { namedOf, type Cause, type Finding, type Named } from "./readiness";

/** What these tell of a claim supersedes what was told before. */
const TELLING = [
  "ProvisioningFailed",
  "FailedBinding",
  "WaitForFirstConsumer",
  "WaitForPodScheduled",
];

/**
 * What keeps a claim from being bound.
 *
 * @param events of the claim, the newest last
 */
export function judgeClaim(
  claim: JsonObject,
  of: Named,
  events: readonly JsonObject[],
): readonly Finding[] {
  const phase = textAt(objectAt(claim, "status"), "phase");
  if (phase === "Bound") return [];
  const about = { object: namedOf("PersistentVolumeClaim", claim), of, condition: phase };
  if (phase === "Lost") {
    const message = "its volume does not exist any more";
    return [{ ...about, cause: "volume-lost", reason: "Lost", message }];
  }
  const event = events.findLast((candidate) => TELLING.includes(textAt(candidate, "reason"))) ?? {};
  const reason = textAt(event, "reason");
  const message = textAt(event, "message");
  return [{ ...about, cause: causeOf(reason, message), reason, message }];
}

/**
 * The control plane tells a storage class or volume that is not there; a provisioner tells its failures.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/controller/volume/persistentvolume/pv_controller.go
 */
function causeOf(reason: string, message: string): Cause {
  if (reason === "FailedBinding") return "volume";
  if (reason !== "ProvisioningFailed") return "pending";
  return /^storageclass\S* "[^"]*" not found/.test(message) ? "volume" : "provisioning";
}
