import type { Json, JsonObject } from "../../../provider/core/manifest";
import type { Client } from "./client";
import { Discovery } from "./discovery";
import { identityOf, type Identity } from "./identity";

/** How a server-side apply is made. */
export interface ApplyMode {
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

function dry(dryRun: boolean): Record<string, string> {
  return dryRun ? { dryRun: "All" } : {};
}

/** The verbs of the Kubernetes API on objects of any kind. */
export class Objects {
  readonly client: Client;
  readonly discovery: Discovery;

  constructor(client: Client) {
    this.client = client;
    this.discovery = new Discovery(client);
  }

  private async path(identity: Identity, name: string): Promise<string> {
    const { base, plural, namespaced } = await this.discovery.find(
      identity.apiVersion,
      identity.kind,
    );
    const namespace = identity.namespace === "" ? "default" : identity.namespace;
    const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${base}${scope}/${plural}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
  }

  /** Reads one object. */
  async get(identity: Identity): Promise<JsonObject> {
    return this.client.send({ method: "GET", path: await this.path(identity, identity.name) });
  }

  /** Creates an object with POST: it must not exist. */
  async create(object: JsonObject, manager: string, dryRun: boolean): Promise<JsonObject> {
    const path = await this.path(identityOf(object), "");
    const query = { fieldManager: manager, ...dry(dryRun) };
    return this.client.send({ method: "POST", path, query, body: object });
  }

  /** Applies an object: server-side apply, which creates an absent one. */
  async apply(object: JsonObject, mode: ApplyMode): Promise<JsonObject> {
    const identity = identityOf(object);
    const path = await this.path(identity, identity.name);
    const query = {
      fieldManager: mode.manager,
      force: String(mode.force),
      fieldValidation: "Warn",
      ...dry(mode.dryRun),
    };
    const contentType = "application/apply-patch+yaml";
    return this.client.send({ method: "PATCH", path, query, body: object, contentType });
  }

  /** Replaces an object with PUT. */
  async replace(object: JsonObject, manager: string, dryRun: boolean): Promise<JsonObject> {
    const identity = identityOf(object);
    const path = await this.path(identity, identity.name);
    const query = { fieldManager: manager, ...dry(dryRun) };
    return this.client.send({ method: "PUT", path, query, body: object });
  }

  /** Applies a patch document of the given media type. */
  async patch(identity: Identity, contentType: string, body: Json): Promise<JsonObject> {
    const path = await this.path(identity, identity.name);
    return this.client.send({ method: "PATCH", path, body, contentType });
  }

  /** Asks for the deletion of an object. */
  async remove(identity: Identity, propagationPolicy: string): Promise<JsonObject> {
    const path = await this.path(identity, identity.name);
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    return this.client.send({ method: "DELETE", path, body });
  }
}
