import { isDeepStrictEqual } from "node:util";
import { listAt, textAt } from "../../core/deployment";
import { toDefinitions } from "../../core/lifecycle/definitions";
import { DELETION_POLICIES } from "../../core/lifecycle/plan";
import type { Installation, StorageChoice, SyncChoice } from "../../core/lifecycle/transition";
import type { Takeover } from "../../core/lifecycle/transition-existing";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Connection } from "../cluster/connection";
import { connectionOf, CONNECTION_INPUTS } from "../cluster/inputs";
import { toReferences } from "./adoption-inputs";
import type { Properties } from "./lifecycle";

/** What a transition is told. */
export interface TransitionInputs extends Installation, Takeover {
  /** The field manager of the children. */
  readonly manager: string;
  readonly connection: Connection;
}

/**
 * Reads what the component has registered; what is absent or not known yet has its default. Where `upsert` is not known,
 * nothing is refused for the lack of it.
 *
 * @throws Error where `definitions` is none
 */
export function toTransitionInputs({ values, unknown }: Properties): TransitionInputs {
  const { sync, storage, definitions } = values;
  return {
    version: textAt(values, "version"),
    namespace: textAt(values, "namespace"),
    components: listAt(values, "components").filter((name) => typeof name === "string"),
    objects: toReferences(values),
    definitions: definitions === undefined ? [] : toDefinitions(definitions),
    ...(isObject(sync) ? { sync: toSync(sync) } : {}),
    ...(isObject(storage) ? { storage: toStorage(storage) } : {}),
    deletionPolicy:
      DELETION_POLICIES.find((policy) => policy === values["deletionPolicy"]) ?? "Uninstall",
    adopt: values["adopt"] === true,
    upsert: values["upsert"] === true || unknown.has("upsert"),
    urn: textAt(values, "instance"),
    manager: textAt(values, "manager"),
    connection: connectionOf(values),
  };
}

/** All lifecycle resources have it; it matters to a delete alone, which does nothing here. */
const IGNORED = "deleteUnreachable";

/** The inputs that differ; an unknown one is taken as different. */
export function changedInputs(inputs: Properties, old: Properties): Changes {
  const names = new Set([
    ...Object.keys(inputs.values),
    ...Object.keys(old.values),
    ...inputs.unknown,
  ]);
  const changed = [...names]
    .filter((name) => name !== IGNORED)
    .filter(
      (name) =>
        inputs.unknown.has(name) || !isDeepStrictEqual(inputs.values[name], old.values[name]),
    )
    .toSorted();
  return {
    connection: changed.filter(isConnection),
    others: changed.filter((name) => !isConnection(name)),
  };
}

/** Names of inputs that have changed. */
export interface Changes {
  /** Those that lead to the cluster. */
  readonly connection: readonly string[];
  readonly others: readonly string[];
}

/** Whether it is known which cluster is meant. */
export function isConnectionKnown({ unknown }: Properties): boolean {
  return !CONNECTION_INPUTS.some((name) => unknown.has(name));
}

function isConnection(name: string): boolean {
  return CONNECTION_INPUTS.some((input) => input === name);
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
