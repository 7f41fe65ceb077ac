import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { ID_ANNOTATION, isId } from "./marks";
import { annotationsOf } from "./ownership";

/**
 * Who owns Flux in a cluster. Flux has one set of CRDs, so a cluster has one record. It is a ClusterRole without rules: that
 * kind is cluster-wide, grants nothing, and can be created by everybody who may install Flux.
 */
export interface OwnerRecord {
  /** Whose the objects are: the value of their annotation. */
  readonly id: string;
  /** The URN of the component, for messages. */
  readonly urn: string;
  /** The token of the resource Identity that has confirmed the id; a copy of the id proves nothing. */
  readonly identity: string;
  /**
   * Which state the instance is in. A state that takes the instance over writes a lineage of its own, so that a delete by the former
   * state knows that it has no say.
   */
  readonly lineage: string;
  /** The token of the newest resource Readiness; empty before there is one. */
  readonly readiness: string;
  /** What shall be in the cluster: gates by component, retained objects by key. Empty while Flux is being destroyed. */
  readonly wanted: readonly string[];
  /** As in the cluster, so that an update fails where somebody else has changed it. */
  readonly resourceVersion?: string;
}

/** The name of the ClusterRole. */
export const RECORD_NAME = "flux-instance";

const PREFIX = "flux-instance.pulumi.com/";
const URN = `${PREFIX}urn`;
const IDENTITY = `${PREFIX}identity`;
const LINEAGE = `${PREFIX}lineage`;
const READINESS = `${PREFIX}readiness`;
const WANTED = `${PREFIX}wanted`;

/** The ClusterRole that keeps a record. */
export function toRecordObject(record: OwnerRecord): JsonObject {
  const { id, urn, identity, lineage, readiness, wanted, resourceVersion } = record;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name: RECORD_NAME,
      labels: { "app.kubernetes.io/managed-by": "flux-instance" },
      annotations: {
        [ID_ANNOTATION]: id,
        [URN]: urn,
        [IDENTITY]: identity,
        [LINEAGE]: lineage,
        [READINESS]: readiness,
        [WANTED]: JSON.stringify([...wanted].toSorted()),
      },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    rules: [],
  };
}

/** The record in a ClusterRole; undefined where the ClusterRole has no valid id. */
export function recordIn(object: JsonObject): OwnerRecord | undefined {
  const annotations = annotationsOf(object);
  const id = textAt(annotations, ID_ANNOTATION);
  if (!isId(id)) return undefined;
  const version = textAt(objectAt(object, "metadata"), "resourceVersion");
  return {
    id,
    urn: textAt(annotations, URN),
    identity: textAt(annotations, IDENTITY),
    lineage: textAt(annotations, LINEAGE),
    readiness: textAt(annotations, READINESS),
    wanted: listIn(textAt(annotations, WANTED)),
    ...(version === "" ? {} : { resourceVersion: version }),
  };
}

function listIn(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}
