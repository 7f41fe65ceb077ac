import { listAt, textAt } from "../../core/deployment";
import { isObject } from "../../core/manifest";
import type { Properties } from "./lifecycle";

/** A source or Kustomization that has to be ready. */
export interface SyncObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The inputs of Readiness, read. */
export interface ReadinessInputs {
  /** Where the Deployments are. */
  readonly namespace: string;
  readonly deployments: readonly string[];
  readonly sync: readonly SyncObject[];
  /** Whether to wait at all; true by default. */
  readonly wait: boolean;
  /** For all together, in seconds; 300 by default, two weeks at most. */
  readonly timeout: number;
  /** What is being installed, for messages; empty by default. */
  readonly revision: string;
  /** The UID of the cluster. */
  readonly cluster: string;
  /** The id of the instance. */
  readonly owner: string;
  /** Which state the instance is in: the output of Transition. */
  readonly lineage: string;
}

const TIMEOUT = 300;
/** Two weeks; a timer of Node can't take more than 2^31 milliseconds. */
const LONGEST_TIMEOUT = 14 * 24 * 3_600;

/** Reads what the component has registered; what is absent has its default. */
export function toReadinessInputs({ values }: Properties): ReadinessInputs {
  const { wait, timeout } = values;
  return {
    namespace: textAt(values, "namespace"),
    deployments: listAt(values, "deployments")
      .filter(isObject)
      .map((deployment) => textAt(deployment, "name")),
    sync: listAt(values, "sync")
      .filter(isObject)
      .map((object) => ({
        apiVersion: textAt(object, "apiVersion"),
        kind: textAt(object, "kind"),
        namespace: textAt(object, "namespace"),
        name: textAt(object, "name"),
      })),
    wait: wait !== false,
    timeout: Math.min(
      typeof timeout === "number" && timeout > 0 ? timeout : TIMEOUT,
      LONGEST_TIMEOUT,
    ),
    revision: textAt(values, "revision"),
    cluster: textAt(values, "cluster"),
    owner: textAt(values, "owner"),
    lineage: textAt(values, "lineage"),
  };
}
