import { printUse } from "../../core/lifecycle/migration-uses";
import { problemsOf } from "../../core/lifecycle/transition";
import { problemsOfExisting } from "../../core/lifecycle/transition-existing";
import { problemsOfOperator } from "../../core/lifecycle/transition-operator";
import { warningsOf } from "../../core/lifecycle/transition-warnings";
import type { Problem } from "../../core/problem";
import type { Surroundings } from "../oci/access";
import type { Call, Properties } from "./lifecycle";
import { changedInputs, isConnectionKnown, toTransitionInputs } from "./transition-inputs";
import { look, NOTHING_SEEN } from "./transition-look";

/** Compares what shall be with what was last; nothing is asked or said where both are the same. */
export async function checkTransition(
  inputs: Properties,
  old: Properties | undefined,
  call: Call,
  surroundings: Surroundings,
): Promise<readonly Problem[]> {
  const changes = old === undefined ? undefined : changedInputs(inputs, old);
  if (changes?.connection.length === 0 && changes.others.length === 0) return [];
  if (!isDecided(inputs)) return [];
  const next = toTransitionInputs(inputs);
  const last = old === undefined ? undefined : toTransitionInputs(old);
  const isMoved = changes !== undefined && changes.connection.length > 0;
  const sight = isConnectionKnown(inputs)
    ? await look({ next, last, isMoved }, call, surroundings)
    : NOTHING_SEEN;
  const change = last === undefined || sight.isElsewhere ? undefined : { old: last, next };
  const warnings = change === undefined ? [] : warningsOf(change, sight.counts);
  for (const line of [...warnings, ...sight.uses.map(printUse)]) call.warn(line);
  if (sight.failure !== undefined) call.warn(`could not look at the cluster: ${sight.failure}`);
  return [
    ...(change === undefined ? [] : problemsOf(change)),
    ...problemsOfExisting(sight.met, next),
    ...problemsOfOperator(sight.operators, sight.met, next.namespace),
  ];
}

const DECIDING = [
  "version",
  "namespace",
  "components",
  "objects",
  "definitions",
  "sync",
  "storage",
  "deletionPolicy",
  "adopt",
  "instance",
] as const;

/** Whether all that decides is known, as it is wherever the component has children. */
function isDecided({ unknown }: Properties): boolean {
  return !DECIDING.some((name) => unknown.has(name));
}
