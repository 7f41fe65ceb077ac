import type { Access } from "../cluster/connection";
import type { Surroundings } from "../oci/access";
import { firstOf } from "../signal";

/** For the credentials, which an exec plugin may take its time for, and all questions of one preview, in milliseconds. */
const TIME_LIMIT = 20_000;
/** What an API server that refuses connections is given, in milliseconds. */
const PATIENCE = 1_000;

/** How a cluster is asked within a preview: not for long. */
export function glance(surroundings: Surroundings, signal: AbortSignal): Access {
  const limit = AbortSignal.timeout(TIME_LIMIT);
  return { surroundings, signal: firstOf(signal, limit), patience: PATIENCE };
}
