import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { forceNewPaths, type Mutable } from "./force-new";
import { child, identityOf, isBuiltIn, pluck, text } from "./identity";
import { isEmpty, means, normalize, prune } from "./shape";
import { isUnknown } from "./struct";

/** How one property changes. */
export interface Change {
  readonly path: readonly (string | number)[];
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** What Diff answers. */
export interface Difference {
  readonly changes: readonly Change[];
  readonly deleteBeforeReplace: boolean;
}

/** What Diff compares. */
export interface Comparison {
  readonly oldInputs: JsonObject;
  readonly oldLive: JsonObject;
  readonly newInputs: JsonObject;
  readonly namespaced: boolean;
  readonly patch: boolean;
  readonly mutable: Mutable;
  readonly ignore: readonly string[];
}

type Path = readonly (string | number)[];

interface Walk {
  readonly forceNew: readonly (readonly string[])[];
  readonly builtIn: boolean;
  readonly live: JsonObject;
}

/**
 * Compares the new inputs with the checkpointed live object, pruned to the old inputs: no API call,
 * so drift shows only after a refresh.
 */
export function compare(comparison: Comparison): Difference {
  const { oldLive, namespaced, patch, mutable } = comparison;
  const oldInputs = normalize(comparison.oldInputs);
  const next = settle(normalize(comparison.newInputs), namespaced);
  const base = settle(
    prune(oldLive, oldInputs),
    namespaced,
    text(child(oldLive, "metadata")["name"]),
  );
  const forceNew = forceNewPaths(next, patch, mutable);
  const walk = { forceNew, builtIn: isBuiltIn(text(next["apiVersion"])), live: oldLive };
  const ignored = comparison.ignore.map(parsePath);
  const changes = walkObject(walk, [], base, next).filter(
    ({ path }) => !ignored.some((ignore) => contains(ignore, path)),
  );
  return { changes, deleteBeforeReplace: keepsIdentity(changes, oldLive, next, namespaced) };
}

/** Makes the namespace explicit for a namespaced kind, and absent for another. */
function settle(object: JsonObject, namespaced: boolean, name = ""): JsonObject {
  const metadata = child(object, "metadata");
  const namespace = text(metadata["namespace"]);
  const settled = Object.entries({
    ...metadata,
    ...(name === "" ? {} : { name }),
    namespace: namespace === "" ? "default" : namespace,
  }).filter(([key]) => namespaced || key !== "namespace");
  return { ...object, metadata: Object.fromEntries(settled) };
}

/** A replacement under the same name must delete first. */
function keepsIdentity(
  changes: readonly Change[],
  oldLive: JsonObject,
  next: JsonObject,
  namespaced: boolean,
): boolean {
  const [old, now] = [identityOf(oldLive), identityOf(next)];
  const sameNamespace = !namespaced || (old.namespace || "default") === now.namespace;
  return changes.some(({ replaces }) => replaces) && old.name === now.name && sameNamespace;
}

function walkObject(walk: Walk, path: Path, old: JsonObject, next: JsonObject): readonly Change[] {
  const keys = [...new Set([...Object.keys(next), ...Object.keys(old)])];
  return keys.flatMap((key) => walkValue(walk, [...path, key], old[key], next[key]));
}

function walkList(walk: Walk, path: Path, old: readonly Json[], next: readonly Json[]) {
  const length = Math.max(old.length, next.length);
  return Array.from({ length }, (_, i) => walkValue(walk, [...path, i], old[i], next[i])).flat();
}

function walkValue(
  walk: Walk,
  path: Path,
  old: Json | undefined,
  next: Json | undefined,
): readonly Change[] {
  const kind = kindOf(walk, path, old, next);
  if (kind === undefined) return [];
  if (kind !== "update") return [change(walk, path, kind, next)];
  if (isObject(old) && isObject(next)) return walkObject(walk, path, old, next);
  if (Array.isArray(old) && Array.isArray(next)) {
    return walkList(walk, path, old as readonly Json[], next as readonly Json[]);
  }
  return [change(walk, path, kind, next)];
}

function kindOf(
  walk: Walk,
  path: Path,
  old: Json | undefined,
  next: Json | undefined,
): Change["kind"] | undefined {
  if (isUnknown(next)) return old === undefined ? "add" : "update";
  if (next === undefined || next === null) {
    return old === undefined || old === null ? undefined : "delete";
  }
  if (old === undefined || old === null) return isLeftOut(walk, path, next) ? undefined : "add";
  return means(path, old, next) ? undefined : "update";
}

/** The API server leaves empty fields of its own kinds out: writing one is no change. */
function isLeftOut({ builtIn, live }: Walk, path: Path, next: Json): boolean {
  if (!builtIn || !isEmpty(next)) return false;
  const found = path.reduce<unknown>(
    (at, key) =>
      typeof key === "number" ? (Array.isArray(at) ? at[key] : undefined) : pluck(at, key),
    live,
  );
  return found === undefined || found === null;
}

function change(walk: Walk, path: Path, kind: Change["kind"], next: Json | undefined): Change {
  const replaces = walk.forceNew.some((rule) => reaches(rule, path, next));
  return {
    path,
    kind,
    replaces: replaces || (kind === "delete" && printPath(path) === "metadata"),
  };
}

/** True when a change at the path touches the rule's property: below it, or above with it inside. */
function reaches(rule: readonly string[], path: Path, next: Json | undefined): boolean {
  const shared = Math.min(rule.length, path.length);
  if (rule.slice(0, shared).some((key, i) => key !== path[i])) return false;
  return path.length >= rule.length || pluck(next, ...rule.slice(shared)) !== undefined;
}

/** A property path as the engine prints it: `spec.containers[0].image`, `metadata.labels["a.b/c"]`. */
export function printPath(path: Path): string {
  return path.reduce<string>((printed, step) => {
    if (typeof step === "number") return `${printed}[${step}]`;
    if (/[."[\]]/.test(step)) return `${printed}["${step.replaceAll('"', '\\"')}"]`;
    return printed === "" ? step : `${printed}.${step}`;
  }, "");
}

/** The steps of a printed property path; `*` stands for any step. */
export function parsePath(printed: string): Path {
  const steps = printed.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, plain]) => {
    if (quoted !== undefined) return quoted.replaceAll('\\"', '"');
    if (index !== undefined) return index === "*" ? index : Number(index);
    return plain ?? "";
  });
}

function contains(outer: Path, path: Path): boolean {
  return outer.length <= path.length && outer.every((step, i) => step === "*" || step === path[i]);
}
