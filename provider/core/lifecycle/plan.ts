import type { JsonObject } from "../manifest";
import { definitionOf, type FluxKind } from "./kinds";
import { isCustom } from "./removal";

export const DELETION_POLICIES = ["Uninstall", "KeepCRDs", "Retain"] as const;
/** What becomes of Flux's CRDs and custom resources, and of Flux itself, when it is uninstalled. */
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

/** The policy among the inputs of a lifecycle resource; `Uninstall` where there is none. */
export function policyIn(values: JsonObject): DeletionPolicy {
  return DELETION_POLICIES.find((policy) => policy === values["deletionPolicy"]) ?? "Uninstall";
}

/** An object in the cluster, by where it is found. */
export interface LiveObject {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A kind of custom resources, and how many there are. */
export interface CountedKind {
  readonly kind: FluxKind;
  readonly count: number;
}

/** What of a Flux is found in a cluster. */
export interface Survey {
  readonly namespace: string;
  readonly deployments: readonly LiveObject[];
  /** The kinds whose CRDs are there. */
  readonly kinds: readonly CountedKind[];
  /** RBAC, Services, NetworkPolicies, accounts, claims, quotas. */
  readonly rest: readonly LiveObject[];
  readonly hasNamespace: boolean;
  /** The owner record of a FluxInstance. */
  readonly record: LiveObject | undefined;
  /** What carries the id of that record, the Namespace too. */
  readonly owned: readonly LiveObject[];
}

/** One thing to do in the cluster; it is complete before the next one starts. */
export type Action =
  | { readonly do: "stop"; readonly objects: readonly LiveObject[] }
  | { readonly do: "free"; readonly kinds: readonly CountedKind[] }
  | { readonly do: "delete"; readonly objects: readonly LiveObject[] }
  | { readonly do: "release"; readonly objects: readonly LiveObject[] };

export interface Wish {
  readonly deletionPolicy: DeletionPolicy;
  readonly deleteNamespace: boolean;
}

/**
 * The order in which Flux goes without touching what it has deployed: first its controllers, so that nobody acts on
 * what follows; then its finalizers, for which nobody is left; then the definitions, with which the custom resources
 * go. What stays loses the id of its FluxInstance, so that another one may adopt it, and the owner record goes last. Nothing
 * to do is an empty plan.
 */
export function planUninstall(survey: Survey, wish: Wish): readonly Action[] {
  const stays = survey.owned.filter((object) => isKept(object, wish));
  const record = survey.record === undefined ? [] : [survey.record];
  return [...removing(survey, wish), ...one("release", stays), ...one("delete", record)];
}

function isKept(object: LiveObject, { deletionPolicy, deleteNamespace }: Wish): boolean {
  if (deletionPolicy === "Retain") return true;
  if (object.kind === "Namespace") return !deleteNamespace;
  return deletionPolicy === "KeepCRDs" && isCustom(object);
}

function removing(survey: Survey, wish: Wish): readonly Action[] {
  if (wish.deletionPolicy === "Retain") return [];
  const counted = survey.kinds.filter(({ count }) => count > 0);
  const definitions =
    wish.deletionPolicy === "Uninstall" ? survey.kinds.map(({ kind }) => definition(kind)) : [];
  const namespace = wish.deleteNamespace && survey.hasNamespace ? [namespaceOf(survey)] : [];
  return [
    ...one("stop", survey.deployments),
    ...(counted.length === 0 ? [] : [{ do: "free" as const, kinds: counted }]),
    ...one("delete", definitions),
    ...one("delete", survey.rest),
    ...one("delete", namespace),
  ];
}

function one(
  word: "stop" | "delete" | "release",
  objects: readonly LiveObject[],
): readonly Action[] {
  return objects.length === 0 ? [] : [{ do: word, objects }];
}

function definition(kind: FluxKind): LiveObject {
  return {
    group: "apiextensions.k8s.io",
    version: "v1",
    plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition",
    name: definitionOf(kind),
  };
}

function namespaceOf({ namespace }: Survey): LiveObject {
  return { group: "", version: "v1", plural: "namespaces", kind: "Namespace", name: namespace };
}

/**
 * The lines of a plan, in its order.
 *
 * @param isDone whether it has been run
 */
export function printPlan(
  plan: readonly Action[],
  { deletionPolicy }: Wish,
  isDone: boolean,
): readonly string[] {
  const [deleting, freeing] = isDone ? ["deleted", "freed"] : ["would delete", "would free"];
  const releasing = isDone ? "removed the owner's id" : "would remove the owner's id";
  const fate = deletionPolicy === "KeepCRDs" ? "stay" : "go with their CRD";
  return plan.flatMap((action) =>
    action.do === "free"
      ? action.kinds.map(
          ({ kind, count }) =>
            `${freeing} ${count} ${kind.kind} of Flux's finalizer; custom resources ${fate}`,
        )
      : action.objects.map((object) => {
          if (action.do === "release") return `${releasing} from ${printLive(object)}`;
          const content = object.kind === "Namespace" ? ", with everything in it" : "";
          return `${deleting} ${printLive(object)}${content}`;
        }),
  );
}

/** `Kind/namespace/name`, or `Kind/name`. */
export function printLive({ kind, namespace, name }: LiveObject): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
