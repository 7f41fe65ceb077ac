import { isToken, SPREAD } from "../../opaque";
import type { Manifest } from "../../manifest";
import type { MetadataMap } from "../../spec/spec";
import type { Step } from "../context";
import { withManifest } from "../draft";

type Part = "labels" | "annotations";

/** Keeps kustomize-controller away when these objects still lie in the repository it syncs. */
const IGNORE_BY_FLUX = {
  "kustomize.toolkit.fluxcd.io/prune": "Disabled",
  "kustomize.toolkit.fluxcd.io/ssa": "Ignore",
};

/** Labels and annotations that every object carries; they win over patches. */
export const ownership: Step = (drafts, { spec, release }) => {
  const labels = {
    "app.kubernetes.io/instance": spec.namespace,
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "flux",
    "app.kubernetes.io/version": release.version,
  };
  return drafts.map((draft) => {
    const annotated = merged(draft.manifest, "annotations", IGNORE_BY_FLUX);
    return withManifest(draft, merged(annotated, "labels", labels));
  });
};

/** The user's labels and annotations, on the objects themselves only; they win over everything. */
export const commonMetadata: Step = (drafts, { spec }) => {
  const { labels, annotations } = spec.commonMetadata;
  return drafts.map((draft) => {
    const labelled = merged(draft.manifest, "labels", labels);
    return withManifest(draft, merged(labelled, "annotations", annotations));
  });
};

function merged(manifest: Manifest, part: Part, entries: MetadataMap): Manifest {
  const added = isToken(entries) ? { [SPREAD]: entries } : (entries as Record<string, string>);
  if (Object.keys(added).length === 0) return manifest;
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, [part]: { ...metadata[part], ...added } } };
}
