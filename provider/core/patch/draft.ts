import type { Manifest } from "../manifest";

/** An object on its way to the cluster, with the identity that the release gave it. */
export interface Draft {
  /** The object as it is now. */
  readonly manifest: Manifest;
  /** Its name and namespace in the release, before it was renamed or moved to a namespace. */
  readonly original: { readonly name: string; readonly namespace?: string };
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
