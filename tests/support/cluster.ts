import { startControlPlane, type ControlPlane } from "../../tools/control-plane";
import { ToolsMissing } from "../../tools/provide";
import type { JsonObject } from "../../provider/core/manifest";
import { ApiError, Client } from "./kubernetes-plugin/client";
import { NoMatchError } from "./kubernetes-plugin/discovery";
import { child, identityOf, text, type Identity } from "./kubernetes-plugin/identity";
import { readCluster } from "./kubernetes-plugin/kubeconfig";
import { Objects } from "./kubernetes-plugin/objects";

/** The field manager of what a test does by hand. */
const SOMEBODY = "somebody";

/** A throwaway cluster, and access to it past Pulumi. */
export class Cluster {
  readonly kubeconfig: string;
  readonly #controlPlane: ControlPlane;
  readonly #client: Client;

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane;
    this.kubeconfig = controlPlane.kubeconfig;
    const choice = { context: "", cluster: "" };
    this.#client = new Client(readCluster(this.kubeconfig, ".", choice));
  }

  /** Kinds come and go with their CRDs, so nothing is remembered from one request to the next. */
  get #objects(): Objects {
    return new Objects(this.#client);
  }

  /** The object, or undefined where it or its kind is absent. */
  async find(identity: Identity): Promise<JsonObject | undefined> {
    return absentIsUndefined(this.#objects.get(identity));
  }

  /** All objects of a kind, in all namespaces. */
  async list(apiVersion: string, kind: string): Promise<readonly JsonObject[]> {
    const found = await absentIsUndefined(this.#objects.discovery.find(apiVersion, kind));
    if (found === undefined) return [];
    const path = `${found.base}/${found.plural}`;
    const { items } = await this.#client.send({ method: "GET", path });
    return (items as readonly JsonObject[]).map((item) => ({ apiVersion, kind, ...item }));
  }

  async create(object: JsonObject): Promise<JsonObject> {
    return this.#objects.create(object, SOMEBODY, false);
  }

  async remove(identity: Identity): Promise<void> {
    await this.#objects.remove(identity, "Background");
  }

  /** Changes fields as `kubectl patch` does. */
  async patch(identity: Identity, patch: JsonObject): Promise<void> {
    await this.#objects.patch(identity, "application/strategic-merge-patch+json", patch);
  }

  /** Kills the API server, as a crash would. */
  async killApiServer(): Promise<void> {
    await this.#controlPlane.killApiServer();
  }

  /** Starts the API server again, with the same data. */
  async restartApiServer(): Promise<void> {
    await this.#controlPlane.restartApiServer();
  }

  async stop(): Promise<void> {
    await this.#controlPlane.stop();
  }
}

/** Starts a cluster of its own for a suite; where none can be had the suite is skipped. */
export async function startCluster(context: Mocha.Context): Promise<Cluster> {
  try {
    return new Cluster(await startControlPlane());
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    console.log(`      skipped: ${error.message}`);
    return context.skip();
  }
}

/** The identity of a namespaced object, or of a cluster-wide one where no namespace is given. */
export function identity(apiVersion: string, kind: string, name: string, namespace = ""): Identity {
  return { apiVersion, kind, name, namespace };
}

/** The inventory id of a live object: `<namespace>_<name>_<group>_<kind>`. */
export function inventoryId(object: JsonObject): string {
  const { apiVersion, kind, name, namespace } = identityOf(object);
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return `${namespace}_${name.replaceAll(":", "__")}_${group ?? ""}_${kind}`;
}

/** A field of an object's metadata. */
export function metadataOf(object: JsonObject | undefined, field: string): string {
  return text(child(object, "metadata")[field]);
}

async function absentIsUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoMatchError) return undefined;
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
