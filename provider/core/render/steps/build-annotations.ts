import { isObject } from "../../manifest";
import type { Step } from "../context";
import { withManifest } from "../draft";

/** Annotations that kustomize keeps its own notes in and takes off in the end, whoever set them. */
const NOTES: ReadonlySet<string> = new Set([
  "alpha.config.kubernetes.io/transformations",
  "config.k8s.io/id",
  "config.kubernetes.io/index",
  "config.kubernetes.io/origin",
  "config.kubernetes.io/path",
  ...[
    "allowKindChange",
    "allowNameChange",
    "annotations-migration-resource-id",
    "generatorBehavior",
    "helm-generated",
    "id",
    "index",
    "needsHashSuffix",
    "path",
    "prefixes",
    "previousKinds",
    "previousNames",
    "previousNamespaces",
    "refBy",
    "seqindent",
    "suffixes",
  ].map((name) => `internal.config.kubernetes.io/${name}`),
]);

/** With this annotation an object is for kustomize alone and is not applied. */
const LOCAL = "config.kubernetes.io/local-config";

/**
 * Leaves out what patches marked as local, and the annotations of kustomize's own.
 * https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#resource
 */
export const buildAnnotations: Step = (drafts) =>
  drafts
    .filter(({ manifest }) => (manifest.metadata.annotations?.[LOCAL] ?? "false") === "false")
    .map((draft) => {
      const { annotations } = draft.manifest.metadata;
      if (!isObject(annotations) || !Object.keys(annotations).some((key) => NOTES.has(key))) {
        return draft;
      }
      const kept = Object.entries(annotations).filter(([key]) => !NOTES.has(key));
      const metadata = { ...draft.manifest.metadata, annotations: Object.fromEntries(kept) };
      return withManifest(draft, { ...draft.manifest, metadata });
    });
