import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { SYNC_KINDS, SYNC_PROVIDERS, type SyncKind } from "../spec/spec";
import type { Observed, Part } from "./observed";

/**
 * `sync`: the Kustomization of the namespace's name and its source. What can't be said is left out as a whole, and
 * then stays as it is in the cluster.
 */
export function syncOf({ namespace, kustomization, source }: Observed): Part {
  if (kustomization === undefined) return { gaps: [] };
  const spec = objectAt(kustomization, "spec");
  const reference = objectAt(spec, "sourceRef");
  const kind = SYNC_KINDS.find((known) => known === textAt(reference, "kind"));
  const left = (reason: string): Part => ({
    gaps: [
      `sync is left out, and Kustomization ${namespace}/${namespace} stays as it is: ${reason}`,
    ],
  });
  if (kind === undefined) return left(`its source is a ${textAt(reference, "kind")}`);
  const owner = textAt(reference, "namespace");
  if (textAt(reference, "name") !== namespace || (owner !== "" && owner !== namespace)) {
    return left("its source has another name or namespace than the Kustomization");
  }
  if (source === undefined) return left(`its ${kind} is absent`);
  const from = objectAt(source, "spec");
  const ref = refOf(kind, from);
  if (ref === undefined) return left(`the ref of its ${kind} is no branch, tag or name`);
  return {
    value: {
      kind,
      url: textAt(from, kind === "Bucket" ? "endpoint" : "url"),
      ref,
      path: textAt(spec, "path") || "./",
      ...(textAt(from, "interval") === "" ? {} : { interval: textAt(from, "interval") }),
      ...pullSecretOf(from),
      ...providerOf(from),
    },
    gaps: [],
  };
}

function refOf(kind: SyncKind, spec: JsonObject): string | undefined {
  if (kind === "Bucket") return textAt(spec, "bucketName") || undefined;
  const ref = objectAt(spec, "ref");
  return kind === "OCIRepository" ? tagOf(ref) : referenceOf(ref);
}

/** https://fluxcd.io/flux/components/source/ocirepositories/#reference */
function tagOf(ref: JsonObject): string | undefined {
  if (textAt(ref, "digest") !== "" || textAt(ref, "semver") !== "") return undefined;
  return textAt(ref, "tag") || "latest";
}

/** The first of them counts: https://fluxcd.io/flux/components/source/gitrepositories/#reference */
function referenceOf(ref: JsonObject): string | undefined {
  const [name, tag] = [textAt(ref, "name"), textAt(ref, "tag")];
  if (textAt(ref, "commit") !== "") return undefined;
  if (name !== "") return name;
  if (textAt(ref, "semver") !== "") return undefined;
  return tag === "" ? `refs/heads/${textAt(ref, "branch") || "master"}` : `refs/tags/${tag}`;
}

function pullSecretOf(spec: JsonObject): JsonObject {
  const name = textAt(objectAt(spec, "secretRef"), "name");
  return name === "" ? {} : { pullSecret: name };
}

function providerOf(spec: JsonObject): JsonObject {
  const provider = SYNC_PROVIDERS.find((known) => known === textAt(spec, "provider"));
  return provider === undefined || provider === "generic" ? {} : { provider };
}
