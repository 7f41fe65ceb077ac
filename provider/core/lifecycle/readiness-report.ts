import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { CAUSES, printNamed, type Finding } from "./readiness";
import { numberAt } from "./readiness-conditions";

/** What the cluster tells besides, for one finding. */
export interface Evidence {
  /** Events of the object, the newest last. */
  readonly events: readonly JsonObject[];
  /** The last lines of the container's log. */
  readonly log: readonly string[];
}

/** A finding that is told with all that is known of it. */
export interface Exhibit extends Evidence {
  readonly finding: Finding;
}

const EVENTS = 3;
const LONGEST_MESSAGE = 800;
const LONGEST_LINE = 300;

/**
 * What to tell when it is over.
 *
 * @param headline what has happened, and where
 * @param exhibits told in full
 * @param others told in one line each
 */
export function printReport(
  headline: string,
  exhibits: readonly Exhibit[],
  others: readonly Finding[],
): string {
  const start = exhibits.length === 0 ? "Not ready" : "Not ready either";
  const rest = others.map((finding) => `${start}: ${printFinding(finding)}`);
  return [headline, ...exhibits.flatMap(printExhibit), ...rest].join("\n");
}

/** One line: the object, its condition, the reason and the message. */
export function printFinding(finding: Finding): string {
  const { object, of, container, condition, reason, message } = finding;
  const owner = of === undefined ? "" : ` of ${printNamed(of)}`;
  const part = container === undefined ? "" : `, container ${container}`;
  const state = [condition, reason].filter((word) => word !== "").join(" ");
  const words = [state, clean(message, LONGEST_MESSAGE)].filter((word) => word !== "").join(": ");
  return `${printNamed(object)}${owner}${part}: ${words}`;
}

function printExhibit({ finding, events, log }: Exhibit): readonly string[] {
  const expectation = CAUSES[finding.cause];
  const remedy = "remedy" in expectation ? [`  Remedy: ${expectation.remedy}`] : [];
  const lines = lastDistinct(events).map((event) => `    ${printEvent(event)}`);
  const tail = log.map((line) => `    ${clean(line, LONGEST_LINE)}`);
  return [
    printFinding(finding),
    ...remedy,
    ...(lines.length === 0 ? [] : ["  Its last events, the newest first:", ...lines]),
    ...(tail.length === 0 ? [] : ["  The end of its log:", ...tail]),
  ];
}

/** The newest first; one that repeats another, as each try writes one, tells nothing more. */
function lastDistinct(events: readonly JsonObject[]): readonly JsonObject[] {
  const byWords = new Map(events.map((event) => [printEvent(event), event]));
  const indexed = [...byWords.values()];
  return indexed
    .toSorted((one, other) => events.indexOf(other) - events.indexOf(one))
    .slice(0, EVENTS);
}

function printEvent(event: JsonObject): string {
  const count = numberAt(event, "count", numberAt(objectAt(event, "series"), "count", 1));
  const times = count > 1 ? ` (${count} times)` : "";
  const words = `${textAt(event, "reason")}${times}: ${clean(textAt(event, "message"), LONGEST_LINE)}`;
  return `${textAt(event, "type")} ${words}`.trim();
}

/** In one line, short, without terminal codes, and without the login that a URL may hold. */
function clean(text: string, longest: number): string {
  const line = text
    // eslint-disable-next-line no-control-regex
    .replace(/\u001b\[[\d;]*[A-Za-z]/g, "")
    .replace(/\s+/g, " ")
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f]/g, "")
    .replace(/:\/\/[^\s/@"']+@/g, "://***@")
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
