import { objectAt, textAt } from "../deployment";
import type { Json, JsonObject } from "../manifest";
import { toAbsences, type Absences } from "./absences";
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
  /** How often objects were found missing: a resource Transition that is replaced without its state goes on counting. */
  readonly absences: Absences;
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
const ABSENCES = `${PREFIX}absences`;

/** The ClusterRole that keeps a record. */
export function toRecordObject(record: OwnerRecord): JsonObject {
  const { id, urn, identity, lineage, readiness, wanted, absences, resourceVersion } = record;
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
        [ABSENCES]: JSON.stringify(absences),
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
    wanted: listIn(parsed(textAt(annotations, WANTED))),
    absences: toAbsences(parsed(textAt(annotations, ABSENCES))),
    ...(version === "" ? {} : { resourceVersion: version }),
  };
}

function listIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Undefined where a text is no JSON: somebody else may have written it. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
