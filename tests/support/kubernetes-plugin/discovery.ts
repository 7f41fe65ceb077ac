import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { ApiError, type Client } from "./client";
import { child, text } from "./identity";

/** Where the API server serves a kind. */
export interface ApiResource {
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The API server serves no such kind (yet): its CRD is absent. */
export class NoMatchError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

/** Finds the path and scope of kinds; asks the API server once per group and version. */
export class Discovery {
  private readonly client: Client;
  private readonly lists = new Map<string, Promise<readonly JsonObject[]>>();
  private readonly scopes = new Map<string, boolean>();

  constructor(client: Client) {
    this.client = client;
  }

  /** Remembers the scope of a CRD that the program is going to create. */
  remember(crd: JsonObject): void {
    const spec = child(crd, "spec");
    const key = `${text(spec["group"])}/${text(child(spec, "names")["kind"])}`;
    this.scopes.set(key, spec["scope"] !== "Cluster");
  }

  /** Forgets what the API server said: a CRD has come or gone. */
  reset(): void {
    this.lists.clear();
  }

  /** Where the kind is served; a kind that is missing is asked for again the next time. */
  async find(apiVersion: string, kind: string): Promise<ApiResource> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = await this.list(base);
    const found = list.find((item) => item["kind"] === kind && !text(item["name"]).includes("/"));
    if (found === undefined) {
      this.lists.delete(base);
      throw new NoMatchError(apiVersion, kind);
    }
    return { base, plural: text(found["name"]), namespaced: found["namespaced"] === true };
  }

  /** True when the API server serves the kind. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return this.find(apiVersion, kind).then(
      () => true,
      () => false,
    );
  }

  /** The scope of a kind; one that nobody knows counts as namespaced. */
  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    const remembered = this.scopes.get(`${group}/${kind}`);
    if (remembered !== undefined) return remembered;
    try {
      return (await this.find(apiVersion, kind)).namespaced;
    } catch (error) {
      if (error instanceof NoMatchError) return true;
      throw error;
    }
  }

  private list(base: string): Promise<readonly JsonObject[]> {
    const known = this.lists.get(base);
    if (known !== undefined) return known;
    const asked = this.ask(base);
    this.lists.set(base, asked);
    asked.catch(() => this.lists.delete(base));
    return asked;
  }

  private async ask(base: string): Promise<readonly JsonObject[]> {
    try {
      const { resources } = await this.client.send({ method: "GET", path: base });
      return Array.isArray(resources) ? resources.filter(isObject) : [];
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}
