import type { JsonObject } from "../../../provider/core/manifest";
import {
  connect,
  type Cluster,
  type DeleteSettings,
  type Patch,
} from "../../../provider/io/cluster/cluster";
import { typesOf, type ServedType } from "../../../provider/io/cluster/discovery";
import { ClusterError } from "../../../provider/io/cluster/error";
import { collect } from "../../../provider/io/cluster/list";
import type { ObjectName } from "../../../provider/io/cluster/paths";
import { identityOf, type Identity } from "./identity";

/** The field manager of what a test creates by hand. */
const SOMEBODY = "somebody";

/** For one request on a busy machine, in milliseconds. */
const PATIENCE = 120_000;

/** Where an object is. */
interface Place {
  readonly cluster: Cluster;
  readonly type: ServedType;
  readonly name: ObjectName;
}

/** Objects of any kind by their identity. Kinds come and go with their CRDs, so every call asks for the kind anew. */
export class Objects {
  readonly #kubeconfig: string;
  #connected: Promise<Cluster> | undefined;

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  /** The cluster itself, for other requests. */
  cluster(): Promise<Cluster> {
    const access = { surroundings: {}, timeLimit: PATIENCE };
    this.#connected ??= connect({ kubeconfig: this.#kubeconfig }, access);
    return this.#connected;
  }

  /** The object, or undefined where it or its kind is absent. */
  async get(identity: Identity): Promise<JsonObject | undefined> {
    const type = await this.#findType(identity.apiVersion, identity.kind);
    if (type === undefined) return undefined;
    return await (await this.cluster()).get(type, nameFor(type, identity));
  }

  /** All objects of a kind, in all namespaces; none where the kind is absent. */
  async list(apiVersion: string, kind: string): Promise<readonly JsonObject[]> {
    const type = await this.#findType(apiVersion, kind);
    if (type === undefined) return [];
    const items = await collect((await this.cluster()).list(type));
    // The items of a list do not name their kind.
    return items.map((item) => ({ apiVersion, kind, ...item }));
  }

  /** Creates an object, which must not exist. */
  async create(object: JsonObject): Promise<JsonObject> {
    const { cluster, type, name } = await this.#place(identityOf(object));
    const { namespace } = name;
    const settings = { fieldManager: SOMEBODY, ...(namespace === undefined ? {} : { namespace }) };
    return await cluster.create(type, object, settings);
  }

  /** Applies an object as `kubectl apply --server-side --force-conflicts` does. */
  async apply(object: JsonObject): Promise<JsonObject> {
    const { cluster, type, name } = await this.#place(identityOf(object));
    const patch = { type: "apply", value: object, force: true } as const;
    return await cluster.patch(type, name, patch, { fieldManager: "kubectl" });
  }

  async patch(identity: Identity, patch: Patch): Promise<JsonObject> {
    const { cluster, type, name } = await this.#place(identity);
    return await cluster.patch(type, name, patch);
  }

  /** Changes fields as `kubectl patch --type=merge` does. */
  async merge(identity: Identity, value: JsonObject): Promise<JsonObject> {
    return await this.patch(identity, { type: "merge", value });
  }

  /** Asks for the deletion of an object, which must exist. */
  async remove(identity: Identity, settings: DeleteSettings = {}): Promise<void> {
    const { cluster, type, name } = await this.#place(identity);
    if (!(await cluster.delete(type, name, settings))) throw absent(identity);
  }

  async #place(identity: Identity): Promise<Place> {
    const type = await this.#findType(identity.apiVersion, identity.kind);
    if (type === undefined) throw absent(identity);
    return { cluster: await this.cluster(), type, name: nameFor(type, identity) };
  }

  async #findType(apiVersion: string, kind: string): Promise<ServedType | undefined> {
    const [group = "", version] = apiVersion.split("/");
    const types =
      version === undefined
        ? await typesOf(await this.cluster(), "", apiVersion)
        : await typesOf(await this.cluster(), group, version);
    return types.find((type) => type.kind === kind);
  }
}

function nameFor({ namespaced }: ServedType, { name, namespace }: Identity): ObjectName {
  if (!namespaced) return { name };
  return { name, namespace: namespace === "" ? "default" : namespace };
}

function absent({ apiVersion, kind, name, namespace }: Identity): ClusterError {
  const object = namespace === "" ? name : `${namespace}/${name}`;
  return new ClusterError("not-found", `the cluster has no ${kind} ${object} (${apiVersion})`);
}
