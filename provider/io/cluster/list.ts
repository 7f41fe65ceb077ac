import { isObject, type JsonObject } from "../../core/manifest";
import { ClusterError, isClusterError } from "./error";
import { pathOfType, printType, withQuery, type ResourceType } from "./paths";
import type { Session } from "./session";

/** Which objects of a type, and how much of them. */
export interface Listing {
  /** All namespaces by default. */
  readonly namespace?: string;
  readonly labels?: string;
  readonly fields?: string;
  /** Objects in one page; 500 by default. */
  readonly limit?: number;
  /** Only `apiVersion`, `kind` and `metadata`, where nothing else is looked at. */
  readonly metadataOnly?: boolean;
}

const PAGE = 500;
const MAX_RESTARTS = 5;
/** A server that never ends a list would be read for ever. */
const MAX_PAGES = 1_000;

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables and following */
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/**
 * All objects of a type, page by page; none where the type is absent. When a page comes so late that the server has
 * forgotten the list, it is started again, without those that were there already.
 *
 * @throws ClusterError
 */
export async function* listObjects(
  session: Session,
  type: ResourceType,
  listing: Listing,
): AsyncGenerator<JsonObject> {
  const seen = new Set<unknown>();
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const object of pages(session, type, listing)) {
        const uid = isObject(object["metadata"]) ? object["metadata"]["uid"] : undefined;
        if (uid !== undefined && seen.has(uid)) continue;
        seen.add(uid);
        yield object;
      }
      return;
    } catch (error) {
      if (isClusterError(error, "not-found")) return;
      if (!isClusterError(error, "expired") || restarts >= MAX_RESTARTS) throw error;
    }
  }
}

/** All of a list at once, where it is known to be short. */
export async function collect<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

async function* pages(
  session: Session,
  type: ResourceType,
  { namespace, labels, fields, limit = PAGE, metadataOnly = false }: Listing,
): AsyncGenerator<JsonObject> {
  const what = `list ${printType(type)} in ${namespace ?? "all namespaces"}`;
  const query = { limit, labelSelector: labels, fieldSelector: fields };
  let next: string | undefined;
  for (let number = 1; next !== ""; number += 1) {
    if (number > MAX_PAGES)
      throw new ClusterError(
        "invalid",
        `Can't ${what}: more than ${MAX_PAGES} pages (cluster ${session.title})`,
      );
    const path = withQuery(pathOfType(type, namespace), { ...query, continue: next });
    const accept = metadataOnly ? { accept: METADATA_ONLY } : {};
    const page = await session.sendForObject(what, { method: "GET", path, ...accept });
    const items = Array.isArray(page["items"]) ? page["items"] : [];
    yield* items.filter((item) => isObject(item));
    const metadata = isObject(page["metadata"]) ? page["metadata"] : {};
    next = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
  }
}
