import { isObject } from "../../core/manifest";
import type { Known, Lifecycle, Properties, State } from "./lifecycle";

/** What decides when a lock moves: as long as these are the same, it stays. */
const KEYS = ["range", "artifact"] as const;

/**
 * Keeps the Flux version and the digest of the artifact that a distribution resolved to, until the args change.
 *
 * Inputs: `range` and `artifact`, the version and artifact of the args; `candidate`, what they resolve to now, as `{version, digest}`; in
 * its place `unresolved`, the reason, when they can't be resolved now. Outputs: `version`, and `digest`, which is
 * empty where the source has none.
 */
export const lock: Lifecycle = {
  check: (inputs, old) => {
    const { unresolved } = inputs.values;
    if (typeof unresolved !== "string" || (old !== undefined && changed(inputs, old).length === 0))
      return Promise.resolve([]);
    return Promise.resolve([{ path: "", reason: unresolved }]);
  },
  diff: (inputs, known) =>
    Promise.resolve({ updated: changed(inputs, known.inputs), replaced: [] }),
  preview: (inputs) => Promise.resolve(candidateOf(inputs)),
  create: (inputs) => Promise.resolve(candidateOf(inputs)),
  update: (inputs) => Promise.resolve(candidateOf(inputs)),
  delete: () => Promise.resolve(),
};

function changed({ values }: Properties, old: Known["inputs"]): readonly string[] {
  return KEYS.filter((key) => values[key] !== old.values[key]);
}

function candidateOf({ values: { candidate } }: Properties): State {
  if (!isObject(candidate)) throw new Error("the distribution has not been resolved");
  return { version: candidate["version"] ?? "", digest: candidate["digest"] ?? "" };
}
