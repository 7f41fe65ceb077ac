import { setTimeout as sleep } from "node:timers/promises";
import {
  keyOf,
  overdue,
  sight,
  type Finding,
  type Sightings,
} from "../../core/lifecycle/readiness";
import { printFinding, printReport } from "../../core/lifecycle/readiness-report";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { firstOf } from "../signal";
import type { Call } from "./lifecycle";
import { gather } from "./readiness-evidence";
import type { ReadinessInputs } from "./readiness-inputs";
import { isScaled, look } from "./readiness-look";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2_000;
/** When what is waited for is told to the user, in milliseconds. */
const NEWS = 10_000;

/** How far the waiting is. */
interface Progress {
  readonly start: number;
  /** The last that was seen; undefined before the first look. */
  findings: readonly Finding[] | undefined;
  sightings: Sightings;
  /** Why the last look failed, where it did. */
  lost: Error | undefined;
}

/**
 * Waits until everything is ready.
 *
 * @throws Error that tells why it is not, as soon as waiting is of no use, at the latest after the timeout
 */
export async function untilReady(
  cluster: Cluster,
  inputs: ReadinessInputs,
  call: Call,
): Promise<void> {
  const limit = AbortSignal.timeout(inputs.timeout * 1000);
  const over = firstOf(call.signal, limit);
  const told = new Set<string>();
  const start = Date.now();
  const progress: Progress = { start, findings: undefined, sightings: new Map(), lost: undefined };
  const lookOnce = looker(cluster, inputs);
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    await step(progress, () => unlessOver(lookOnce, over));
    const { findings = [], sightings, lost } = progress;
    if (progress.findings?.length === 0 && lost === undefined) return;
    const failing = lost === undefined ? overdue(findings, sightings, Date.now()) : [];
    if (failing.length > 0) throw await failure(cluster, inputs, progress, failing);
    await unlessOver(() => sleep(pause), over);
    if (call.signal.aborted) throw ended(cluster, inputs, progress, call.signal.reason);
    if (limit.aborted) throw await failure(cluster, inputs, progress, []);
    tell(progress, told, call);
  }
}

/** Looks; a pod without a node is given time when something adds nodes, which is asked once. */
function looker(cluster: Cluster, inputs: ReadinessInputs): () => Promise<readonly Finding[]> {
  let scaled: Promise<boolean> | undefined;
  return async () => {
    const findings = await look(cluster, inputs);
    if (!findings.some(({ cause }) => cause === "unschedulable")) return findings;
    scaled ??= isScaled(cluster);
    if (!(await scaled)) return findings;
    return findings.map((finding) =>
      finding.cause === "unschedulable" ? { ...finding, cause: "scaling" } : finding,
    );
  };
}

/** Takes note of what a look has found; an API server that is away is waited for. */
async function step(
  progress: Progress,
  lookOnce: () => Promise<readonly Finding[] | undefined>,
): Promise<void> {
  try {
    const findings = await lookOnce();
    if (findings === undefined) return;
    progress.findings = findings;
    progress.sightings = sight(findings, progress.sightings, Date.now());
    progress.lost = undefined;
  } catch (error) {
    if (isClusterError(error, "cancelled")) return;
    if (!isClusterError(error, "unreachable", "unavailable", "timeout")) throw error;
    progress.lost = error;
  }
}

/** Undefined when it is over before; what still runs then is left to itself. */
async function unlessOver<T>(work: () => Promise<T>, over: AbortSignal): Promise<T | undefined> {
  if (over.aborted) return undefined;
  let end = (): void => undefined;
  const ending = new Promise<undefined>((resolve) => {
    end = () => {
      resolve(undefined);
    };
    over.addEventListener("abort", end, { once: true });
  });
  try {
    return await Promise.race([work(), ending]);
  } finally {
    over.removeEventListener("abort", end);
  }
}

function tell({ findings = [], sightings }: Progress, told: Set<string>, call: Call): void {
  for (const finding of findings) {
    const key = keyOf(finding);
    const since = sightings.get(key) ?? Date.now();
    if (told.has(key) || Date.now() - since < NEWS) continue;
    told.add(key);
    call.info(`waiting for ${printFinding(finding)}`);
  }
}

/** @param failing what waiting does not help; nothing when the time is over */
async function failure(
  cluster: Cluster,
  inputs: ReadinessInputs,
  progress: Progress,
  failing: readonly Finding[],
): Promise<Error> {
  const { findings = [], lost } = progress;
  const silent =
    progress.findings === undefined ? "The API server has not answered yet" : undefined;
  const away = lost?.message ?? silent;
  const seconds = Math.round((Date.now() - progress.start) / 1000);
  const why =
    failing.length > 0
      ? `is not ready, and waiting longer is of no use (after ${seconds} s)`
      : `is not ready after ${seconds} s, which is the \`timeout\``;
  const headline = `${nameOf(inputs)} ${why} (cluster ${cluster.title})`;
  if (away !== undefined) return new Error(printReport(`${headline}\n${away}`, [], findings));
  const order = failing.length > 0 ? failing : urgentFirst(findings);
  const exhibits = await gather(cluster, order);
  const full = new Set(exhibits.map(({ finding }) => finding));
  const others = findings.filter((finding) => !full.has(finding));
  return new Error(printReport(headline, exhibits, others));
}

function ended(
  cluster: Cluster,
  inputs: ReadinessInputs,
  { findings = [] }: Progress,
  reason: unknown,
): Error {
  const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
  const why = isTimeout ? "the custom timeout of the resource is over" : "cancelled";
  const headline = `${nameOf(inputs)}: ${why} while waiting for it (cluster ${cluster.title})`;
  return new Error(printReport(headline, [], findings));
}

function nameOf({ revision }: ReadinessInputs): string {
  return revision === "" ? "Flux" : `Flux ${revision}`;
}

/** What has a cause of its own comes before what may only wait for it. */
function urgentFirst(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ cause }: Finding): number => (cause === "pending" ? 1 : 0);
  return findings.toSorted((one, other) => rank(one) - rank(other));
}
