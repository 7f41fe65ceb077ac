import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "./cluster";
import { collect } from "./list";
import { pathOf, withQuery } from "./paths";
import { EVENTS, PODS } from "./types";

/** Which log of a pod. */
export interface LogChoice {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  /** Lines from the end. */
  readonly lines: number;
  /** The log of the container that ran before. */
  readonly previous?: boolean;
}

/**
 * The last lines of a container's log, without the trailing empty one.
 *
 * @throws ClusterError, as when the container has not started yet (invalid)
 */
export async function readLog(
  cluster: Cluster,
  { namespace, pod, container, lines, previous = false }: LogChoice,
): Promise<readonly string[]> {
  const query = { container, tailLines: lines, previous };
  const path = withQuery(pathOf(PODS, { namespace, name: pod }, "log"), query);
  const what = `read the log of pod ${namespace}/${pod}`;
  const { text } = await cluster.session.send(what, { method: "GET", path, accept: "*/*" });
  return text.split("\n").filter((line) => line !== "");
}

/**
 * The events of one object, the newest last.
 *
 * @throws ClusterError
 */
export async function readEvents(
  cluster: Cluster,
  involved: { readonly namespace: string; readonly uid: string },
): Promise<readonly JsonObject[]> {
  const fields = `involvedObject.uid=${involved.uid}`;
  const events = await collect(cluster.list(EVENTS, { namespace: involved.namespace, fields }));
  return events.toSorted((one, other) => timeOf(one) - timeOf(other));
}

/** Events carry their time in one of four places, by the age of who wrote them. */
function timeOf(event: JsonObject): number {
  const series = isObject(event["series"]) ? event["series"]["lastObservedTime"] : undefined;
  const metadata = isObject(event["metadata"]) ? event["metadata"] : {};
  const times = [series, event["lastTimestamp"], event["eventTime"], metadata["creationTimestamp"]];
  const time = times.find((value) => typeof value === "string");
  return typeof time === "string" ? Date.parse(time) : 0;
}
