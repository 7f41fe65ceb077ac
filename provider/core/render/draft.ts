import type { Manifest } from "../manifest";
import type { Draft as PatchDraft } from "../patch";
import type { Component } from "../spec/spec";

/** One object on its way through rendering. */
export interface Draft extends PatchDraft {
  /** The controller it belongs to, where it belongs to one. */
  readonly component?: Component;
  /** The shard it is a copy for. */
  readonly shard?: string;
  /** Tokens of opaque patches that reach this object: what they may change is as opaque as they are. */
  readonly taints: readonly string[];
}

/** A draft of an object that the release or the renderer brings. */
export function draftOf(manifest: Manifest, component?: Component): Draft {
  const { name, namespace } = manifest.metadata;
  const original = namespace === undefined ? { name } : { name, namespace };
  return { manifest, original, taints: [], ...(component === undefined ? {} : { component }) };
}

/** The draft with another manifest. */
export function withManifest(draft: Draft, manifest: Manifest): Draft {
  return { ...draft, manifest };
}

/** A step that changes each Deployment of a controller and leaves everything else as it is. */
export function mapControllers(
  drafts: readonly Draft[],
  change: (deployment: Manifest, component: Component, shard?: string) => Manifest,
): readonly Draft[] {
  return drafts.map((draft) =>
    draft.manifest.kind === "Deployment" && draft.component !== undefined
      ? withManifest(draft, change(draft.manifest, draft.component, draft.shard))
      : draft,
  );
}

/** A step that changes each object of a kind. */
export function mapKind(
  drafts: readonly Draft[],
  kind: string,
  change: (manifest: Manifest, draft: Draft) => Manifest,
): readonly Draft[] {
  return drafts.map((draft) =>
    draft.manifest.kind === kind ? withManifest(draft, change(draft.manifest, draft)) : draft,
  );
}
