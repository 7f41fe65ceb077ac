// Which objects a patch applies to, as kustomize selects them.
// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
import { groupOf, isObject, type Manifest, versionOf } from "../manifest";
import { isNamespaced } from "../scope";
import { type Draft, identitiesOf, type PatchTarget } from "./draft";
import { PatchError } from "./error";
import { parseRegex, type Regex, RegexError } from "./regex";
import { matchesSelector, parseSelector, type Selector } from "./selector";

/**
 * Compiles a target once; throws a PatchError that names the field that cannot be read. As in kustomize, a selector is
 * only read when an object has the rest of the target.
 */
export function compileTarget(target: PatchTarget): (draft: Draft) => boolean {
  const group = compileField("group", target.group);
  const version = compileField("version", target.version);
  const kind = compileField("kind", target.kind);
  const name = compileField("name", target.name);
  const namespace = compileField("namespace", target.namespace);
  const labels = compileSelector(target.labelSelector);
  const annotations = compileSelector(target.annotationSelector);
  return ({ manifest, original }) =>
    group(groupOf(manifest)) &&
    version(versionOf(manifest)) &&
    kind(manifest.kind) &&
    (name(original.name) || name(manifest.metadata.name)) &&
    (namespace(effectiveNamespace(manifest, original.namespace)) ||
      namespace(effectiveNamespace(manifest, manifest.metadata.namespace))) &&
    labels(manifest.metadata.labels) &&
    annotations(manifest.metadata.annotations);
}

/** True when a strategic merge patch without target means this object. */
export function isNamedBy(patch: Manifest, draft: Draft): boolean {
  const { manifest } = draft;
  const wanted = effectiveNamespace(patch, patch.metadata.namespace);
  return (
    groupOf(patch) === groupOf(manifest) &&
    versionOf(patch) === versionOf(manifest) &&
    identitiesOf(draft).some(
      ({ kind, name, namespace }) =>
        kind === patch.kind &&
        name === patch.metadata.name &&
        effectiveNamespace(manifest, namespace) === wanted,
    )
  );
}

/** No namespace counts as `default`; kustomize gives cluster-wide objects a name of its own. */
export function effectiveNamespace(manifest: Manifest, namespace: string | undefined): string {
  if (!isNamespaced(manifest)) return "_non_namespaceable_";
  return namespace === undefined || namespace === "" ? "default" : namespace;
}

function compileField(field: keyof PatchTarget, pattern: string | undefined): Regex {
  if (pattern === undefined || pattern === "") return () => true;
  try {
    return parseRegex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new PatchError({
      reason: `target.${field} "${pattern}" is not a regular expression: ${error.message}`,
    });
  }
}

function compileSelector(text = ""): (texts: unknown) => boolean {
  let selector: Selector | undefined;
  return (texts) => {
    selector ??= parseSelector(text);
    return matchesSelector(selector, textsOf(texts));
  };
}

function textsOf(labels: unknown): Readonly<Record<string, string>> {
  if (!isObject(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    }),
  );
}
