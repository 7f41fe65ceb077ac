// References to objects that were renamed follow them, as in kustomize:
// https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.1/api/internal/konfig/builtinpluginconsts/namereference.go
import { isObject, type Json, type JsonObject, type Manifest } from "../../manifest";
import { objectAt, textAt, withPodSpec } from "../../deployment";
import { identitiesOf } from "../../patch";
import { effectiveNamespace } from "../../patch/target";
import { InvalidInput } from "../../problem";
import { isNamespaced } from "../../scope";
import type { Step } from "../context";
import { withManifest, type Draft } from "../draft";

/** Finds what an object refers to by a kind and any of the names it ever had. */
type Find = (kind: Kind, name: string, among?: readonly Draft[]) => Draft | undefined;

const RBAC = "rbac.authorization.k8s.io";

type Kind = "ClusterRole" | "ServiceAccount" | "PersistentVolumeClaim";

/** Puts the names that objects have now in place of those that others still call them by. */
export const references: Step = (drafts) =>
  drafts.map((draft) => {
    const find: Find = (kind, name, among = drafts) => referred(draft, kind, name, among);
    const kind = identitiesOf(draft)[0]?.kind;
    const { manifest } = draft;
    if (kind === "Deployment") {
      return withManifest(
        draft,
        withPodSpec(manifest, (pod) => running(pod, find)),
      );
    }
    if (kind !== "ClusterRoleBinding") return draft;
    return withManifest(draft, binding(manifest, find, drafts));
  });

function running(pod: JsonObject, find: Find): JsonObject {
  const { serviceAccountName, volumes } = pod;
  const account =
    typeof serviceAccountName === "string" && find("ServiceAccount", serviceAccountName);
  return {
    ...pod,
    ...(account ? { serviceAccountName: account.manifest.metadata.name } : {}),
    ...(Array.isArray(volumes)
      ? { volumes: (volumes as readonly Json[]).map((volume) => mounting(volume, find)) }
      : {}),
  };
}

function mounting(volume: Json, find: Find): Json {
  if (!isObject(volume)) return volume;
  const source = objectAt(volume, "persistentVolumeClaim");
  const claim = find("PersistentVolumeClaim", textAt(source, "claimName"));
  if (claim === undefined) return volume;
  const claimName = claim.manifest.metadata.name;
  return { ...volume, persistentVolumeClaim: { ...source, claimName } };
}

function binding(manifest: Manifest, find: Find, drafts: readonly Draft[]): Manifest {
  const { subjects, roleRef } = manifest;
  return {
    ...manifest,
    ...(isObject(roleRef) ? { roleRef: granting(roleRef, find) } : {}),
    ...(Array.isArray(subjects)
      ? { subjects: (subjects as readonly Json[]).map((one) => granted(one, find, drafts)) }
      : {}),
  };
}

function granting(roleRef: JsonObject, find: Find): JsonObject {
  const { kind = "ClusterRole", apiGroup = RBAC } = roleRef;
  const isOurs = kind === "ClusterRole" && (apiGroup === RBAC || apiGroup === "");
  const role = isOurs ? find(kind, textAt(roleRef, "name")) : undefined;
  return role === undefined ? roleRef : { ...roleRef, name: role.manifest.metadata.name };
}

/** A subject with a namespace means an account that comes from there, else one that is there now. */
function granted(subject: Json, find: Find, drafts: readonly Draft[]): Json {
  if (!isObject(subject) || typeof subject["name"] !== "string") {
    throw refuse("leave a binding with a subject that has no name");
  }
  const name = textAt(subject, "name");
  const { namespace } = subject;
  if (namespace === undefined) return renamed(subject, find("ServiceAccount", name));
  const from = drafts.filter((draft) => namespaceOf(draft, "original") === namespace);
  const here = drafts.filter((draft) => namespaceOf(draft, "current") === namespace);
  return renamed(subject, find("ServiceAccount", name, from.length > 0 ? from : here));
}

function namespaceOf({ manifest, original }: Draft, when: "original" | "current") {
  if (!isNamespaced(manifest)) return undefined;
  const { namespace } = when === "original" ? original : manifest.metadata;
  return effectiveNamespace(manifest, namespace);
}

function renamed(subject: JsonObject, account: Draft | undefined): JsonObject {
  if (account === undefined) return subject;
  const { name, namespace } = account.manifest.metadata;
  return { ...subject, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Of several objects the one of the same shard is meant. */
function referred(
  from: Draft,
  kind: Kind,
  name: string,
  among: readonly Draft[],
): Draft | undefined {
  const named = among.filter((draft) => {
    const identities = identitiesOf(draft);
    return (
      identities.some((identity) => identity.name === name) &&
      identities.some((identity) => identity.kind === kind)
    );
  });
  if (named.length <= 1) return named[0];
  const sameShard = named.filter(({ shard }) => shard === from.shard);
  const [first, ...others] = sameShard;
  const nowCalled = ({ manifest }: Draft) => manifest.metadata.name;
  if (first === undefined || others.every((other) => nowCalled(other) === nowCalled(first))) {
    return first;
  }
  throw refuse(
    `make ${kind} "${name}" mean ${sameShard.map(nowCalled).join(" or ")}, and ${nowCalled(from)} refers to it; rename only one`,
  );
}

function refuse(reason: string): InvalidInput {
  return new InvalidInput("A patch of the FluxInstance can't be applied", [
    { path: "kustomize.patches", reason },
  ]);
}
