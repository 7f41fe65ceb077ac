// JSON 6902 in the dialect of evanphx/json-patch v4, which kustomize uses. It differs from RFC 6902:
// `replace` sets a missing map key, indexes may be negative or have leading zeros, a missing key
// reads as null.
import { isObject, type Json, type JsonObject } from "../manifest";
import { PatchError } from "./error";
import { isList, pointerToken, valueAt, withKey, withoutKeys } from "./record";

/** One operation of a JSON patch. A missing `value` is null. */
export interface Operation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/**
 * How much the `copy` operations of a patch may add, in characters of JSON: copies of copies double at each step. It is the API server's limit.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/apiserver/pkg/server/config.go (JSONPatchMaxCopyBytes)
 */
const maximumCopies = 3 * 1024 * 1024;

const kinds: readonly string[] = ["add", "remove", "replace", "move", "copy", "test"];

/** Reads a list of operations; what is not one is refused before anything is applied. */
export function readOperations(list: readonly Json[]): readonly Operation[] {
  return list.map((entry, position) => {
    const problem = describeProblem(entry);
    if (problem !== undefined) {
      throw new PatchError({ reason: `operation ${String(position + 1)} ${problem}` });
    }
    return entry as unknown as Operation;
  });
}

/** The value after all operations; the given value is not changed. */
export function applyJsonPatch(value: Json, operations: readonly Operation[]): Json {
  const copies = new Copies();
  return operations.reduce((current, operation) => {
    try {
      return applyOperation(current, operation, copies);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { op, path, from } = operation;
      const place = error.at === "from" ? `from ${from ?? ""} to ${path}` : path;
      throw new PatchError({ operation: op, path: place, reason: error.message });
    }
  }, value);
}

/** Why an operation does not apply, and at which of its two paths. */
class Refusal extends Error {
  readonly at: "path" | "from";

  constructor(reason: string, at: "path" | "from" = "path") {
    super(reason);
    this.at = at;
  }
}

/** What the operations of a patch have copied so far. */
class Copies {
  #size = 0;

  take(value: Json): Json {
    this.#size += JSON.stringify(value).length;
    if (this.#size <= maximumCopies) return value;
    throw new Refusal("the copies of the patch are larger than 3 MiB", "from");
  }
}

function describeProblem(entry: Json): string | undefined {
  if (!isObject(entry)) return "is not a map with op and path";
  const op = valueAt(entry, "op");
  if (typeof op !== "string" || !kinds.includes(op)) return `has no op of ${kinds.join(", ")}`;
  const fields = op === "move" || op === "copy" ? ["path", "from"] : ["path"];
  for (const field of fields) {
    const pointer = valueAt(entry, field);
    if (typeof pointer !== "string") return `(${op}) has no ${field}`;
    if (pointer !== "" && !pointer.startsWith("/")) {
      return `(${op}) has a ${field} that does not start with "/"`;
    }
  }
  return undefined;
}

function applyOperation(root: Json, operation: Operation, copies: Copies): Json {
  const { op, path, from = "", value = null } = operation;
  switch (op) {
    case "add":
      return edit(root, path, (parent, key) => add(parent, key, value));
    case "remove":
      return edit(root, path, remove);
    case "replace":
      return path === "" ? replaceRoot(value) : edit(root, path, (p, key) => set(p, key, value));
    case "copy":
      return edit(root, path, (parent, key) => add(parent, key, copies.take(readFrom(root, from))));
    case "move": {
      const moved = readFrom(root, from);
      const rest = atFrom(() => edit(root, from, remove));
      return edit(rest, path, (parent, key) => add(parent, key, moved));
    }
    case "test":
      if (!equals(path === "" ? root : read(root, path), value)) {
        throw new Refusal("the value is another one");
      }
      return root;
  }
}

function replaceRoot(value: Json): Json {
  if (isObject(value) || isList(value)) return value;
  throw new Refusal("the whole object can only be replaced by a map or a list");
}

function readFrom(root: Json, from: string): Json {
  return atFrom(() => read(root, from));
}

function atFrom<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.message, "from") : error;
  }
}

type Parent = JsonObject | readonly Json[];

/** Rebuilds the value along the path, with the innermost map or list edited. */
function edit(root: Json, path: string, change: (parent: Parent, key: string) => Json): Json {
  const [key, ...parents] = tokens(path).reverse();
  if (key === undefined) throw new Refusal("the path is empty");
  return editAt(root, parents.reverse(), 0, (parent) => change(parent, key));
}

function editAt(
  value: Json,
  parents: readonly string[],
  depth: number,
  change: (parent: Parent) => Json,
): Json {
  const parent = asParent(value, parents.slice(0, depth));
  const token = parents[depth];
  if (token === undefined) return change(parent);
  const child = editAt(get(parent, token), parents, depth + 1, change);
  return set(parent, token, child);
}

function read(root: Json, path: string): Json {
  const steps = tokens(path);
  if (steps.length === 0) throw new Refusal("the path is empty");
  return steps.reduce<Json>(
    (value, token, depth) => get(asParent(value, steps.slice(0, depth)), token),
    root,
  );
}

function tokens(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((token) => token.replace(/~[01]/g, (escape) => (escape === "~1" ? "/" : "~")));
}

function asParent(value: Json, path: readonly string[]): Parent {
  if (isObject(value) || isList(value)) return value;
  const place = path.map(pointerToken).join("");
  throw new Refusal(
    value === null ? `no such path: nothing is at ${place}` : `no map or list is at ${place}`,
  );
}

function get(parent: Parent, key: string): Json {
  if (!isList(parent)) return valueAt(parent, key) ?? null;
  return parent[indexOf(key, parent.length, parent.length - 1)] ?? null;
}

function set(parent: Parent, key: string, value: Json): Json {
  if (!isList(parent)) return withKey(parent, key, value);
  return parent.with(indexOf(key, parent.length, parent.length - 1), value);
}

function add(parent: Parent, key: string, value: Json): Json {
  if (!isList(parent)) return withKey(parent, key, value);
  const { length } = parent;
  return parent.toSpliced(key === "-" ? length : indexOf(key, length + 1, length), 0, value);
}

function remove(parent: Parent, key: string): Json {
  if (isList(parent)) return parent.toSpliced(indexOf(key, parent.length, parent.length - 1), 1);
  if (!Object.hasOwn(parent, key)) throw new Refusal("no such path");
  return withoutKeys(parent, key);
}

/** A list index in 0..last; a negative one counts back from `size`. */
function indexOf(token: string, size: number, last: number): number {
  if (!/^[+-]?\d+$/.test(token)) throw new Refusal(`"${token}" is not an index of a list`);
  const index = Number(token);
  const position = index < 0 ? size + index : index;
  if (position >= 0 && position <= last) return position === 0 ? 0 : position;
  throw new Refusal(`index ${token} is out of range`);
}

function equals(a: Json, b: Json): boolean {
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => equals(item, b[i] ?? null));
  }
  if (!isObject(a)) return a === b;
  const keys = Object.keys(a);
  return (
    isObject(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key] ?? null, b[key] ?? null))
  );
}
