import { get } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../provider/core/manifest";
import type { Client } from "../kubernetes-plugin/client";
import { child, text } from "../kubernetes-plugin/identity";

const RETRY_MS = 200;

/** What there is of a collection, by UID. */
export type Collection = ReadonlyMap<string, JsonObject>;

/**
 * Tells a collection at the start and after each change, until it is stopped. While the API server is away the last
 * state counts. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @param query of the list and of the watch, such as a `labelSelector`
 * @returns what stops it
 */
export function follow(
  client: Client,
  path: string,
  query: Readonly<Record<string, string>>,
  tell: (collection: Collection) => void,
): () => void {
  const stop = new AbortController();
  const tellUnlessStopped = (state: Collection): void => {
    if (!stop.signal.aborted) tell(state);
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const list = await client.send({ method: "GET", path, query });
        const state = new Map((list["items"] as readonly JsonObject[]).map(byUid));
        tellUnlessStopped(state);
        const from = text(child(list, "metadata")["resourceVersion"]);
        await watch(client, path, { ...query, resourceVersion: from }, stop.signal, (event) => {
          change(state, event);
          tellUnlessStopped(state);
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
  { cluster }: Client,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
  tell: (event: JsonObject) => void,
): Promise<void> {
  const url = new URL(cluster.server + path);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  url.searchParams.set("watch", "true");
  const headers = { authorization: `Bearer ${cluster.token ?? ""}` };
  await new Promise<void>((resolve, reject) => {
    const call = get(url, { ca: cluster.authority, headers, agent: false, signal }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        try {
          for (const event of lines.map(parse)) tell(event);
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
