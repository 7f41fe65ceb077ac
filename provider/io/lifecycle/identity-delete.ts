import type { Surroundings } from "../oci/access";
import type { Call, Known } from "./lifecycle";

/** What the last delete of a destroy does. */
export async function leave(
  _known: Known,
  _call: Call,
  _surroundings: Surroundings,
): Promise<void> {
  await Promise.resolve();
}
