import { imagesOf } from "../distribution/images";
import type { Release } from "../distribution/release";
import { runningImages, type RunningImage } from "../distribution/running";
import { groupOf, printId, type Manifest } from "../manifest";
import { InvalidInput } from "../problem";
import type { Component, Spec } from "../spec/spec";
import type { Context, Source, Step } from "./context";
import type { Draft } from "./draft";
import { inventoryEntry, type InventoryEntry } from "./inventory";
import { inApplyOrder } from "./order";
import { revisionOf } from "./revision";
import { claims } from "./sources/claims";
import { controllers } from "./sources/controllers";
import { namespace } from "./sources/namespace";
import { policies } from "./sources/policies";
import { rbac } from "./sources/rbac";
import { shards } from "./sources/shards";
import { sync } from "./sources/sync";
import { controllerArguments } from "./steps/arguments";
import { buildAnnotations } from "./steps/build-annotations";
import { images } from "./steps/images";
import { commonMetadata, ownership } from "./steps/metadata";
import { namespaces } from "./steps/namespaces";
import { notificationKinds } from "./steps/notification-kinds";
import { openshift } from "./steps/openshift";
import { permissions } from "./steps/permissions";
import { profile } from "./steps/profile";
import { references } from "./steps/references";
import { scheduling } from "./steps/scheduling";
import { storage } from "./steps/storage";
import { userPatches } from "./steps/user-patches";

/** Where the objects come from. */
const SOURCES: readonly Source[] = [namespace, rbac, policies, controllers, shards, claims, sync];

/**
 * What is done to them, in the order of the reference: a user's patch sees every option applied, and neither images
 * nor the common labels.
 */
const STEPS: readonly Step[] = [
  openshift,
  permissions,
  notificationKinds,
  scheduling,
  profile,
  controllerArguments,
  storage,
  userPatches,
  namespaces,
  images,
  references,
  buildAnnotations,
  ownership,
];

/** One rendered object. */
export interface RenderedObject {
  readonly manifest: Manifest;
  /** The controller it belongs to, where it belongs to one. */
  readonly component?: Component;
  /** Tokens of the opaque patches that reach it. */
  readonly taints: readonly string[];
}

/** A rendered instance. */
export interface Rendered {
  /** The release folder, for example `v2.9.4`. */
  readonly version: string;
  /** `vX.Y.Z@sha256:…` of the objects before the user's common metadata. */
  readonly revision: string;
  /** The images the controllers run. */
  readonly components: readonly RunningImage[];
  /** Every object, in apply order. */
  readonly objects: readonly RenderedObject[];
  readonly inventory: readonly InventoryEntry[];
  readonly warnings: readonly string[];
}

/**
 * Renders an instance from a release. Pure: the same spec and release give the same objects.
 *
 * @param reveal the value behind a token where it is known (a secret); undefined where it is not
 * @throws InvalidInput when a patch can't be applied
 */
export function render(
  spec: Spec,
  release: Release,
  reveal: (token: string) => unknown = () => undefined,
): Rendered {
  const { images: wanted, warnings } = imagesOf(spec, release);
  const context: Context = { spec, release, images: wanted, reveal };
  const drafts = STEPS.reduce<readonly Draft[]>(
    (current, step) => step(current, context),
    SOURCES.flatMap((source) => source(context)),
  );
  const ordered = inApplyOrder(commonMetadata(drafts, context), ({ manifest }) => manifest);
  const manifests = ordered.map(({ manifest }) => manifest);
  refuseDuplicates(manifests);
  return {
    version: release.version,
    revision: revisionOf(release.version, drafts),
    components: runningImages(spec.components, manifests),
    objects: ordered.map(toRendered),
    inventory: manifests.map(inventoryEntry),
    warnings,
  };
}

function toRendered({ manifest, component, taints }: Draft): RenderedObject {
  return { manifest, taints, ...(component === undefined ? {} : { component }) };
}

/** Only a patch that renames can make two objects one. */
function refuseDuplicates(manifests: readonly Manifest[]): void {
  const ids = manifests.map((manifest) => `${groupOf(manifest)} ${printId(manifest)}`);
  const twice = manifests.filter((_, index) => ids.indexOf(ids[index] ?? "") !== index);
  if (twice.length === 0) return;
  const names = twice.map(printId).join(", ");
  const reason = `give two objects the same name: ${names}; rename only one object at a time`;
  throw new InvalidInput("A patch of the FluxInstance can't be applied", [
    { path: "kustomize.patches", reason },
  ]);
}
