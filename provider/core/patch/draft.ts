import type { Manifest } from "../manifest";

/** What an object is called. */
export interface Identity {
  /** Absent where it is the kind that the object had first. */
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** An object on its way to the cluster, with the identity that the release gave it. */
export interface Draft {
  /** The object as it is now. */
  readonly manifest: Manifest;
  /** Its name and namespace in the release, before it was renamed or moved to a namespace. */
  readonly original: Identity;
  /** What it was called between then and now, the oldest first. */
  readonly former?: readonly Identity[];
}

/** Everything that an object was ever called, the oldest first. */
export function identitiesOf({
  manifest,
  original,
  former = [],
}: Draft): readonly (Identity & { readonly kind: string })[] {
  const { kind, metadata } = manifest;
  const first = former.find((identity) => identity.kind !== undefined)?.kind ?? kind;
  const { name, namespace } = metadata;
  const current = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  return [...[original, ...former].map((identity) => ({ kind: first, ...identity })), current];
}

/** The draft, remembering what it is called now: references and targets may still use it once it is renamed. */
export function remembered<D extends Draft>(draft: D): D {
  const { kind } = draft.manifest;
  const { name, namespace } = draft.manifest.metadata;
  const { former = [] } = draft;
  const isKnown = former.some(
    (other) => other.kind === kind && other.name === name && other.namespace === namespace,
  );
  if (isKnown) return draft;
  const identity = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  return { ...draft, former: [...former, identity] };
}

/** One entry of `kustomize.patches`. */
export interface Patch {
  /** A strategic merge patch or a JSON 6902 patch, as YAML or JSON. */
  readonly patch: string;
  readonly target?: PatchTarget;
}

/** Which objects a patch applies to. Fields that are absent or empty match any object. */
export interface PatchTarget {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}
