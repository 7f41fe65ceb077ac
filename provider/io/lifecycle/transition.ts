import { problemsOfOwner, problemsOfPlace } from "../../core/lifecycle/claim";
import { isDeepStrictEqual } from "node:util";
import { textAt } from "../../core/deployment";
import { countAbsences, toAbsences, type Absences } from "../../core/lifecycle/absences";
import { keyOf } from "../../core/lifecycle/ownership";
import { problemsOf, type StorageChoice } from "../../core/lifecycle/transition";
import type { JsonObject } from "../../core/manifest";
import type { Problem } from "../../core/problem";
import { connect, type Cluster } from "../cluster/cluster";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import { glance } from "./glance";
import type { Call, Known, Lifecycle, Properties, State } from "./lifecycle";
import {
  changedInputs,
  isConnectionKnown,
  toTransitionInputs,
  type TransitionInputs,
} from "./transition-inputs";
import { tellOutlook } from "./transition-outlook";
import { recordOwner } from "./transition-record";
import { releaseVolumes, replacesVolumes } from "./volume-release";

/**
 * Compares what shall be with what was last: it refuses what would lose something, and warns of what goes. It writes the owner
 * record before any other change, and where volumes are replaced it deletes them and the Deployments that use them.
 *
 * Inputs: TransitionInputs. Outputs: `owner`, the id of the instance; `cluster`, the UID of the namespace kube-system; `lineage`,
 * which state the instance is in; `left`, the labels and annotations of the Namespace that are left to others; `volume`, the
 * class and size of the volumes, unknown in a preview that replaces them; `absences`, how often each object was missing.
 */
export function transition(surroundings: Surroundings): Lifecycle {
  const reach = async (inputs: Properties, call: Call): Promise<Cluster> => {
    const connection = connectionOf(inputs.values);
    const cluster = await connect(connection, { surroundings, signal: call.signal });
    await requireSameCluster(cluster, toTransitionInputs(inputs).place?.cluster ?? "");
    return cluster;
  };
  return {
    fill: (inputs, old) => ({
      // Where the cluster was not looked at, the last answer stays.
      ...(inputs.values["left"] === undefined ? leftIn(old?.values) : {}),
      recordings: recordingsOf(inputs, old),
      absences: absencesOf(inputs, old),
    }),
    check: (inputs, old) => Promise.resolve(check(inputs, old)),
    diff: (inputs, known) =>
      Promise.resolve({ updated: changedInputs(inputs, known.inputs), replaced: [] }),
    preview: async (inputs, known, call) => {
      if (known !== undefined && isDecided(inputs)) {
        const access = isConnectionKnown(inputs) ? glance(surroundings, call.signal) : undefined;
        await tellOutlook(updateOf(inputs, known), call, access);
      }
      return previewOf(inputs, known);
    },
    create: async (inputs, call) => {
      const cluster = await reach(inputs, call);
      const lineage = await recordOwner(cluster, toTransitionInputs(inputs), "");
      return { ...stateOf(inputs), lineage };
    },
    update: async (inputs, known, call) => {
      const cluster = await reach(inputs, call);
      const { old, next } = updateOf(inputs, known);
      const lineage = await recordOwner(cluster, next, textAt(known.state, "lineage"));
      const state = { ...stateOf(inputs), lineage };
      if (isMoved(old, next)) return state;
      await tellOutlook({ old, next }, call, { surroundings, signal: call.signal });
      if (replacesVolumes(old, next))
        await releaseVolumes(cluster, { ...old, owner: next.owner }, call);
      return state;
    },
    delete: () => Promise.resolve(),
  };
}

function check(inputs: Properties, old: Properties | undefined): readonly Problem[] {
  if (!isDecided(inputs)) return [];
  const next = toTransitionInputs(inputs);
  const last = old === undefined ? undefined : toTransitionInputs(old);
  const { place, claim } = next;
  const confirmation = { ...next, former: last?.owner, formerIdentity: last?.identity };
  return [
    ...(place === undefined ? [] : problemsOfPlace(last?.place, place, next.moveTo)),
    ...problemsOfOwner(claim, confirmation),
    ...(last === undefined || isMoved(last, next) ? [] : problemsOf({ old: last, next })),
  ];
}

/** In another cluster there is no "before". */
function isMoved(old: TransitionInputs, next: TransitionInputs): boolean {
  return next.place !== undefined && old.place?.cluster !== next.place.cluster;
}

function updateOf(inputs: Properties, known: Known) {
  return { old: toTransitionInputs(known.inputs), next: toTransitionInputs(inputs) };
}

/**
 * Counts how often the record had to be written again, because it differs from what the last update has recorded. A refresh
 * compares inputs too, and fills in none: there a counter is the same, where a look of the last update is outdated.
 */
function recordingsOf(inputs: Properties, old: Properties | undefined): number {
  if (old === undefined) return 0;
  const before = old.values["recordings"];
  const count = typeof before === "number" ? before : 0;
  const next = toTransitionInputs(inputs);
  const isStale = next.place !== undefined && !isRecorded(toTransitionInputs(old), next);
  return isStale ? count + 1 : count;
}

function isRecorded(old: TransitionInputs, { claim, recorded }: TransitionInputs): boolean {
  const { wanted, absences } = old;
  return (
    claim?.id === old.owner &&
    claim.urn === old.urn &&
    claim.identity === old.identity &&
    isDeepStrictEqual({ wanted: wanted.toSorted(), absences }, recorded)
  );
}

function absencesOf(inputs: Properties, old: Properties | undefined): Absences {
  const next = toTransitionInputs(inputs);
  const last = old === undefined ? undefined : toTransitionInputs(old);
  const known = [last?.absences ?? {}, next.recorded?.absences ?? {}];
  return countAbsences(known, missingIn(last, next));
}

/** Only an object of the last update can be missing; without a state each one may have been in it. */
function missingIn(last: TransitionInputs | undefined, next: TransitionInputs): readonly string[] {
  const { absent = [], recorded } = next;
  if (last === undefined) return recorded === undefined ? [] : absent;
  if (isMoved(last, next)) return [];
  const before = last.objects.map(keyOf);
  return absent.filter((key) => before.includes(key));
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
  "instance",
] as const;

/** Whether all that decides is known, as it is wherever the component has children. */
function isDecided({ unknown }: Properties): boolean {
  return !DECIDING.some((name) => unknown.has(name));
}

function stateOf({ values }: Properties): State {
  const { owner, cluster } = values;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(cluster === undefined ? {} : { cluster }),
    left: leftIn(values)["left"] ?? [],
    volume: volumeOf(toTransitionInputs({ values, unknown: new Set() }).storage),
    absences: toAbsences(values["absences"]),
  };
}

/** A volume that is about to be replaced is unknown, so that its claim is not tried over the existing one. */
function previewOf(inputs: Properties, known: Known | undefined): Partial<State> {
  const { volume, ...state } = stateOf(inputs);
  const { cluster = known?.state["cluster"] } = state;
  const lineage = known?.state["lineage"];
  const isReplaced =
    known !== undefined &&
    isDecided(inputs) &&
    replacesVolumes(toTransitionInputs(known.inputs), toTransitionInputs(inputs));
  return {
    ...state,
    ...(cluster === undefined ? {} : { cluster }),
    ...(lineage === undefined ? {} : { lineage }),
    ...(isReplaced || volume === undefined ? {} : { volume }),
  };
}

function volumeOf(storage: StorageChoice | undefined): string {
  return storage === undefined ? "" : `${storage.class} ${storage.size}`;
}

function leftIn(values: JsonObject = {}): JsonObject {
  const { left } = values;
  return Array.isArray(left) ? { left } : {};
}
