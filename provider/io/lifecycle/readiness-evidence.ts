import type { Finding } from "../../core/lifecycle/readiness";
import type { Exhibit } from "../../core/lifecycle/readiness-report";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { readEvents, readLog } from "../cluster/pods";

const LINES = 10;
/** The first findings are the causes of the others. */
const EXHIBITS = 3;
const TIME_LIMIT = 10_000;

/**
 * Reads the events and logs that belong to findings, for 10 seconds at most. What can't be read is left out: it would
 * hide the finding behind another failure.
 */
export async function gather(
  cluster: Cluster,
  findings: readonly Finding[],
): Promise<readonly Exhibit[]> {
  return await Promise.all(
    findings.slice(0, EXHIBITS).map(async (finding) => {
      const [events, log] = await Promise.all([
        inTime(eventsOf(cluster, finding)),
        inTime(logOf(cluster, finding)),
      ]);
      return { finding, events, log };
    }),
  );
}

async function eventsOf(cluster: Cluster, { object }: Finding): Promise<readonly JsonObject[]> {
  const { namespace, uid } = object;
  return uid === undefined ? [] : await orEmpty(readEvents(cluster, { namespace, uid }));
}

/** Of the container that ended, or, where none has, of the one that runs. */
async function logOf(cluster: Cluster, finding: Finding): Promise<readonly string[]> {
  const { object, container, condition, cause } = finding;
  const hasLog = cause === "crash" || condition === "running" || condition === "terminated";
  if (container === undefined || !hasLog) return [];
  const choice = { namespace: object.namespace, pod: object.name, container, lines: LINES };
  const previous =
    cause === "crash" ? await orEmpty(readLog(cluster, { ...choice, previous: true })) : [];
  return previous.length > 0 ? previous : await orEmpty(readLog(cluster, choice));
}

async function orEmpty<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  return await answer.catch(() => []);
}

async function inTime<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<readonly T[]>((resolve) => {
    timer = setTimeout(resolve, TIME_LIMIT, []);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
