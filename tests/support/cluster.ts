import { startControlPlane, type ControlPlane } from "../../tools/control-plane";
import type { JsonObject } from "../../provider/core/manifest";
import { child, identityOf, text, type Identity } from "./kubernetes/identity";
import { Objects } from "./kubernetes/objects";
import { orSkip } from "../tools/require-tools";

/** A throwaway cluster, and access to it past Pulumi. */
export class Cluster {
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  readonly #controlPlane: ControlPlane;

  /** Its objects past Pulumi. */
  readonly objects: Objects;

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane;
    this.kubeconfig = controlPlane.kubeconfig;
    this.kubeconfigFile = controlPlane.kubeconfigFile;
    this.objects = new Objects(this.kubeconfig);
  }

  /** The object, or undefined where it or its kind is absent. */
  async find(identity: Identity): Promise<JsonObject | undefined> {
    return this.objects.get(identity);
  }

  /** All objects of a kind, in all namespaces. */
  async list(apiVersion: string, kind: string): Promise<readonly JsonObject[]> {
    return this.objects.list(apiVersion, kind);
  }

  async create(object: JsonObject): Promise<JsonObject> {
    return this.objects.create(object);
  }

  async remove(identity: Identity): Promise<void> {
    await this.objects.remove(identity);
  }

  /** Changes fields as `kubectl patch --type=merge` does. */
  async patch(identity: Identity, patch: JsonObject): Promise<void> {
    await this.objects.merge(identity, patch);
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
  return await orSkip(context, async () => new Cluster(await startControlPlane()));
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
