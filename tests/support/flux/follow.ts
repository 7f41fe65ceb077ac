import { get } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { connect } from "../../../provider/io/cluster/cluster";
import { findEntry } from "../../../provider/io/cluster/kubeconfig";
import { logIn } from "../../../provider/io/cluster/login";
import {
  pathOfType,
  withQuery,
  type Query,
  type ResourceType,
} from "../../../provider/io/cluster/paths";
import { child, text } from "../kubernetes/identity";

const RETRY_MS = 200;

/** What there is of a collection, by UID. */
export type Collection = ReadonlyMap<string, JsonObject>;

/** Which objects are followed. */
export interface Followed {
  readonly kubeconfig: string;
  readonly type: ResourceType;
  readonly namespace: string;
  readonly labels: string;
}

/**
 * Reports a collection at the start and after each change, until it is stopped. While the API server is away the last
 * state counts. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @returns what stops it
 */
export function follow(followed: Followed, report: (collection: Collection) => void): () => void {
  const stop = new AbortController();
  const reportUnlessStopped = (state: Collection): void => {
    if (!stop.signal.aborted) report(state);
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const { state, version } = await list(followed, stop.signal);
        reportUnlessStopped(state);
        await watch(followed, version, stop.signal, (event) => {
          change(state, event);
          reportUnlessStopped(state);
        });
      } catch {
        // The API server is away, or the version is too old to watch from: begin again.
      }
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  };
  void run();
  return () => {
    stop.abort();
  };
}

const pathTo = ({ type, namespace, labels }: Followed, query: Query): string =>
  withQuery(pathOfType(type, namespace), { labelSelector: labels, ...query });

async function list(followed: Followed, signal: AbortSignal) {
  const { kubeconfig } = followed;
  // The loop above repeats, and does not keep the process alive meanwhile.
  const { session } = await connect({ kubeconfig }, { surroundings: {}, signal, patience: 0 });
  const request = { method: "GET", path: pathTo(followed, {}) } as const;
  const answer = await session.sendForObject("list", request);
  const state = new Map((answer["items"] as readonly JsonObject[]).map(byUid));
  return { state, version: text(child(answer, "metadata")["resourceVersion"]) };
}

function byUid(object: JsonObject): readonly [string, JsonObject] {
  return [text(child(object, "metadata")["uid"]), object];
}

function change(state: Map<string, JsonObject>, event: JsonObject): void {
  if (event["type"] === "ERROR") throw new Error("the watch has to begin again");
  const [uid, object] = byUid(child(event, "object"));
  if (event["type"] === "DELETED") state.delete(uid);
  else state.set(uid, object);
}

/** Hands on each event; ends or fails with the connection. */
async function watch(
  followed: Followed,
  resourceVersion: string,
  signal: AbortSignal,
  report: (event: JsonObject) => void,
): Promise<void> {
  const entry = await findEntry({ kubeconfig: followed.kubeconfig }, {});
  const { agent, headers } = await logIn(entry, {}, signal);
  const url = new URL(pathTo(followed, { resourceVersion, watch: true }), entry.server);
  await new Promise<void>((resolve, reject) => {
    const call = get(url, { agent, headers, signal }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        try {
          for (const event of lines.map(parse)) report(event);
        } catch (error) {
          call.destroy(error as Error);
        }
      });
      response.on("error", reject);
      response.on("close", resolve);
    });
    call.on("error", reject);
    // A program that forgets to stop can still end.
    call.on("socket", (socket) => socket.unref());
  });
}

function parse(line: string): JsonObject {
  const event: unknown = JSON.parse(line);
  if (!isObject(event)) throw new Error(`no event: ${line}`);
  return event;
}
