import type { JsonObject } from "../manifest";
import { objectAt, textAt } from "../deployment";

/** What to expect of something that is not ready: how long it may stay so, and what the user does about it. */
interface Expectation {
  /** In seconds; Infinity where waiting longer may help. */
  readonly grace: number;
  readonly remedy?: string;
}

const expectation = (grace: number, remedy?: string): Expectation =>
  remedy === undefined ? { grace } : { grace, remedy };

/** The kubelet pulls a second time after 10 seconds and some. */
const ONE_PULL_MORE = 20;
const MOMENT = 10;
const SHORT = 15;
const MINUTE = 60;

const IMAGE_REMEDY =
  "check the image, that the nodes reach its registry, and `distribution.imagePullSecret`";

/** What keeps objects from being ready, by what can be expected of it. */
export const CAUSES = {
  pending: expectation(Infinity),
  absent: expectation(MOMENT, "somebody deleted it: run `pulumi refresh`, then `pulumi up`"),
  image: expectation(ONE_PULL_MORE, IMAGE_REMEDY),
  "image-name": expectation(0, IMAGE_REMEDY),
  crash: expectation(0),
  container: expectation(SHORT, "create what the container refers to, or correct the patch"),
  refused: expectation(
    SHORT,
    "raise the quota, or let the policy or webhook that refuses the pods accept them",
  ),
  webhook: expectation(MINUTE, "repair or remove the webhook that is asked about new pods"),
  deadline: expectation(SHORT),
  unschedulable: expectation(
    SHORT,
    "add nodes that take the pod, or change its requests, node selector or tolerations",
  ),
  scaling: expectation(
    Infinity,
    "nodes are on their way or an autoscaler may add some: look at its events, or give it a longer `timeout`",
  ),
  volume: expectation(SHORT, "check `storage.class` and the volumes of the cluster"),
  provisioning: expectation(MINUTE, "check the volume provisioner of the storage class"),
  "volume-lost": expectation(0, "restore the volume, or replace the claim"),
  stalled: expectation(0, "Flux does not try again before the object changes: correct `sync`"),
  build: expectation(SHORT, "correct what the source has at that path, or `sync.path`"),
} as const satisfies Readonly<Record<string, Expectation>>;

export type Cause = keyof typeof CAUSES;

/** An object as messages name it. */
export interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent where the object is. */
  readonly uid?: string;
}

/** One thing that keeps an object from being ready. */
export interface Finding {
  readonly object: Named;
  /** The Deployment of a pod or of a pod's claim. */
  readonly of?: Named;
  /** The container of a pod that it is about. */
  readonly container?: string;
  readonly cause: Cause;
  /** The condition or state that tells it, such as `Ready=False`. */
  readonly condition: string;
  readonly reason: string;
  readonly message: string;
}

/** Since when the findings are there, by key, in milliseconds. */
export type Sightings = ReadonlyMap<string, number>;

/** The same for the same trouble, whatever its words. */
export function keyOf({ object, container = "", cause }: Finding): string {
  return [printNamed(object), container, cause].join(" ");
}

/** Remembers new findings and forgets those that are gone. */
export function sight(
  findings: readonly Finding[],
  earlier: Sightings,
  now: number,
): ReadonlyMap<string, number> {
  return new Map(
    findings.map((finding) => {
      const key = keyOf(finding);
      return [key, earlier.get(key) ?? now];
    }),
  );
}

/** The findings that have lasted longer than they may. */
export function overdue(
  findings: readonly Finding[],
  sightings: Sightings,
  now: number,
): readonly Finding[] {
  return findings.filter((finding) => {
    const since = sightings.get(keyOf(finding)) ?? now;
    return now - since >= CAUSES[finding.cause].grace * 1000;
  });
}

/** `Kind/namespace/name`. */
export function printNamed({ kind, namespace, name }: Named): string {
  return `${kind}/${namespace}/${name}`;
}

/** The name of a live object; lists leave the kind of their items out, so it is given. */
export function namedOf(kind: string, object: JsonObject): Named {
  const metadata = objectAt(object, "metadata");
  return {
    kind,
    namespace: textAt(metadata, "namespace"),
    name: textAt(metadata, "name"),
    uid: textAt(metadata, "uid"),
  };
}

/** The finding for an object that should be there. */
export function absent(object: Named): Finding {
  const message = "it is not in the cluster";
  return { object, cause: "absent", condition: "", reason: "NotFound", message };
}
