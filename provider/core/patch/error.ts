import type { PatchTarget } from "./draft";

/** Where and why a patch failed. No field holds a value of the patch: it may be a secret. */
export interface PatchFailure {
  /** Position in `kustomize.patches`. */
  readonly index?: number;
  /** The target, printed (`kind=Deployment, name=source-controller`). */
  readonly target?: string;
  /** The object, printed (`Deployment/source-controller`). */
  readonly id?: string;
  /** What was attempted at the path: `add`, `remove`, `merge` and so on. */
  readonly operation?: string;
  /** JSON pointer of the place in the object. */
  readonly path?: string;
  readonly reason: string;
}

/** A patch that cannot be read or does not apply. */
export class PatchError extends Error implements PatchFailure {
  override readonly name = "PatchError";

  declare readonly index?: number;
  declare readonly target?: string;
  declare readonly id?: string;
  declare readonly operation?: string;
  declare readonly path?: string;
  declare readonly reason: string;

  constructor(failure: PatchFailure) {
    super(printFailure(failure));
    Object.assign(this, failure);
  }
}

/** The same failure with more about where it happened. */
export function locate(error: PatchError, place: Partial<PatchFailure>): PatchError {
  const { index, target, id, operation, path, reason } = error;
  const known = { index, target, id, operation, path, reason, ...place };
  return new PatchError(
    Object.fromEntries(
      Object.entries(known).filter(([, value]) => value !== undefined),
    ) as unknown as PatchFailure,
  );
}

/** `kind=Deployment, name=source-controller`: the fields of a target that are set. */
export function printTarget(target: PatchTarget): string {
  return Object.entries(target)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(", ");
}

function printFailure({ index, target, id, operation, path, reason }: PatchFailure): string {
  const place = index === undefined ? [] : [`kustomize.patches[${String(index)}]`];
  const step = path === undefined ? [] : [`${operation ?? "patch"} ${path} failed`];
  const object = id === undefined ? [] : [`on ${id}`];
  const selected = id !== undefined || !target ? [] : [`with target ${target}`];
  const where = [...step, ...object, ...selected].join(" ");
  return [...place, ...(where === "" ? [] : [where]), reason].join(": ");
}
