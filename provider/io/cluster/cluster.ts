import type { Json, JsonObject } from "../../core/manifest";
import type { Access, Connection } from "./connection";
import { isClusterError } from "./error";
import { findEntry } from "./kubeconfig";
import { listObjects, type Listing } from "./list";
import {
  pathOf,
  pathOfType,
  printName,
  printType,
  withQuery,
  type ObjectName,
  type ResourceType,
} from "./paths";
import { Session } from "./session";

/** A change of an object: https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export type Patch =
  | { readonly type: "json"; readonly operations: readonly JsonObject[] }
  | { readonly type: "merge"; readonly value: JsonObject }
  | { readonly type: "apply"; readonly value: JsonObject; readonly force?: boolean };

export interface WriteSettings {
  /** The owner of the fields that are written; an apply needs one. */
  readonly fieldManager?: string;
  readonly subresource?: "status" | "scale";
  /** Check only; nothing is stored. */
  readonly dryRun?: boolean;
}

export interface DeleteSettings {
  /** What happens to the objects that it owns; "Background" by default. */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  /** Delete only the object that has this UID. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

const CONTENT_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** A cluster that can be asked for objects of any type. All methods throw ClusterError. */
export class Cluster {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** How messages name it: server, context and kubeconfig. */
  get title(): string {
    return this.session.title;
  }

  /**
   * Logs in and asks nothing yet; see Session.
   *
   * @param signal for the login alone
   */
  async open(signal?: AbortSignal): Promise<void> {
    await this.session.open(signal);
  }

  /** The object, or undefined where it, its namespace or its type is absent. */
  async get(type: ResourceType, name: ObjectName): Promise<JsonObject | undefined> {
    const request = { method: "GET", path: pathOf(type, name) } as const;
    return await orAbsent(this.session.sendForObject(`get ${printName(type, name)}`, request));
  }

  /** All objects of a type, page by page; none where the type is absent. */
  list(type: ResourceType, listing: Listing = {}): AsyncGenerator<JsonObject> {
    return listObjects(this.session, type, listing);
  }

  async create(
    type: ResourceType,
    object: JsonObject,
    { namespace, ...settings }: WriteSettings & { readonly namespace?: string } = {},
  ): Promise<JsonObject> {
    const path = withQuery(pathOfType(type, namespace), queryOf(settings));
    const request = { method: "POST", path, body: object } as const;
    return await this.session.sendForObject(`create ${printType(type)}`, request);
  }

  /** Replaces the object; one with a `resourceVersion` only when nobody else has changed it. */
  async update(
    type: ResourceType,
    name: ObjectName,
    object: JsonObject,
    settings: WriteSettings = {},
  ): Promise<JsonObject> {
    const path = withQuery(pathOf(type, name, settings.subresource), queryOf(settings));
    const request = { method: "PUT", path, body: object } as const;
    return await this.session.sendForObject(`update ${printName(type, name)}`, request);
  }

  async patch(
    type: ResourceType,
    name: ObjectName,
    patch: Patch,
    settings: WriteSettings = {},
  ): Promise<JsonObject> {
    const force = patch.type === "apply" ? patch.force : undefined;
    const query = { ...queryOf(settings), force };
    const request = {
      method: "PATCH",
      path: withQuery(pathOf(type, name, settings.subresource), query),
      body: patch.type === "json" ? patch.operations : (patch.value as Json),
      contentType: CONTENT_TYPES[patch.type],
    } as const;
    return await this.session.sendForObject(`patch ${printName(type, name)}`, request);
  }

  /** False where the object was absent. It may stay until its finalizers are gone. */
  async delete(
    type: ResourceType,
    name: ObjectName,
    { propagation = "Background", uid, resourceVersion, dryRun }: DeleteSettings = {},
  ): Promise<boolean> {
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const body = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: propagation,
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    };
    const path = withQuery(pathOf(type, name), queryOf({ ...(dryRun === true ? { dryRun } : {}) }));
    const request = { method: "DELETE", path, body } as const;
    const answer = this.session.send(`delete ${printName(type, name)}`, request);
    return (await orAbsent(answer)) !== undefined;
  }
}

/**
 * Reaches for the cluster that a connection means; nothing is asked of it yet.
 *
 * @throws ClusterError bad-kubeconfig
 */
export async function connect(connection: Connection, access: Access): Promise<Cluster> {
  return new Cluster(new Session(await findEntry(connection, access.surroundings), access));
}

function queryOf({ fieldManager, dryRun }: WriteSettings) {
  return { fieldManager, dryRun: dryRun === true ? "All" : undefined };
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isClusterError(error, "not-found")) return undefined;
    throw error;
  }
}
