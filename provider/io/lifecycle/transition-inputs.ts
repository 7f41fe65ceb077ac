import { isDeepStrictEqual } from "node:util";
import { listAt, textAt } from "../../core/deployment";
import { toAbsences } from "../../core/lifecycle/absences";
import { toClaim, type Claim, type Place } from "../../core/lifecycle/claim";
import { toDefinitions } from "../../core/lifecycle/definitions";
import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import { policyIn } from "../../core/lifecycle/plan";
import type { Installation, StorageChoice, SyncChoice } from "../../core/lifecycle/transition";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Connection } from "../cluster/connection";
import { CONNECTION_INPUTS, connectionOf } from "../cluster/inputs";
import { toReferences } from "./adoption-inputs";
import type { Properties } from "./lifecycle";

/** The inputs of Transition, read. */
export interface TransitionInputs extends Installation {
  /** The id of the instance, and the token of the resource Identity that keeps it. */
  readonly owner: string;
  readonly identity: string;
  /** The URN of the component. */
  readonly urn: string;
  /** The field manager of the children. */
  readonly manager: string;
  /** What shall be in the cluster: gates by component, retained objects by key. */
  readonly wanted: readonly string[];
  /** Which cluster the kubeconfig leads to; undefined where it was not looked at. */
  readonly place: Place | undefined;
  /** Who owns Flux there; undefined where nobody does, or it was not looked at. */
  readonly claim: Claim | undefined;
  /** What the record in the cluster says; undefined where there is no record, or it was not looked at. */
  readonly recorded: Pick<OwnerRecord, "wanted" | "absences"> | undefined;
  /** The keys of rendered objects that the cluster has not; undefined where it was not looked at. */
  readonly absent: readonly string[] | undefined;
  /** What the user has named for this run; empty where there is nothing. */
  readonly takeOver: string;
  readonly moveTo: string;
  readonly connection: Connection;
}

/**
 * Reads what the component has registered; what is absent or not known yet has its default.
 *
 * @throws Error where `definitions` is none
 */
export function toTransitionInputs({ values }: Properties): TransitionInputs {
  const { sync, storage, definitions, claim, recorded, absent } = values;
  const cluster = textAt(values, "cluster");
  return {
    version: textAt(values, "version"),
    namespace: textAt(values, "namespace"),
    components: textsAt(values, "components"),
    objects: toReferences(values),
    definitions: definitions === undefined ? [] : toDefinitions(definitions),
    ...(isObject(sync) ? { sync: toSync(sync) } : {}),
    ...(isObject(storage) ? { storage: toStorage(storage) } : {}),
    deletionPolicy: policyIn(values),
    owner: textAt(values, "owner"),
    identity: textAt(values, "identity"),
    urn: textAt(values, "instance"),
    manager: textAt(values, "manager"),
    wanted: textsAt(values, "wanted"),
    place: cluster === "" ? undefined : { cluster, server: textAt(values, "server") },
    claim: isObject(claim) ? toClaim(claim) : undefined,
    recorded: isObject(recorded) ? toRecorded(recorded) : undefined,
    absent: Array.isArray(absent) ? textsAt(values, "absent") : undefined,
    absences: toAbsences(values["absences"]),
    takeOver: textAt(values, "takeOver"),
    moveTo: textAt(values, "moveTo"),
    connection: connectionOf(values),
  };
}

/** Inputs that lead to the cluster, or tell what it looked like before this run; a change of them alone changes nothing. */
const QUIET: readonly string[] = [
  ...CONNECTION_INPUTS,
  "deleteUnreachable",
  "server",
  "claim",
  "recorded",
  "absent",
  "takeOver",
  "moveTo",
];

/** The inputs that differ; an unknown one is taken as different. Without the cluster there is nothing to compare. */
export function changedInputs(inputs: Properties, old: Properties): readonly string[] {
  const names = new Set([
    ...Object.keys(inputs.values),
    ...Object.keys(old.values),
    ...inputs.unknown,
  ]);
  return [...names]
    .filter((name) => !QUIET.includes(name) && !(name === "cluster" && inputs.unknown.has(name)))
    .filter(
      (name) =>
        inputs.unknown.has(name) || !isDeepStrictEqual(inputs.values[name], old.values[name]),
    )
    .toSorted();
}

/** Whether it is known which cluster is meant. */
export function isConnectionKnown({ unknown }: Properties): boolean {
  return !CONNECTION_INPUTS.some((name) => unknown.has(name));
}

function textsAt(values: JsonObject, key: string): readonly string[] {
  return listAt(values, key).filter((item) => typeof item === "string");
}

function toRecorded(recorded: JsonObject): TransitionInputs["recorded"] {
  return { wanted: textsAt(recorded, "wanted"), absences: toAbsences(recorded["absences"]) };
}

function toSync(sync: JsonObject): SyncChoice {
  return {
    kind: textAt(sync, "kind"),
    name: textAt(sync, "name"),
    deletionPolicy: sync["deletionPolicy"] === "Prune" ? "Prune" : "Orphan",
  };
}

function toStorage(storage: JsonObject): StorageChoice {
  return {
    class: textAt(storage, "class"),
    size: textAt(storage, "size"),
    allowReplace: storage["allowReplace"] === true,
  };
}
