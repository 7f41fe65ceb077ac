import assert from "node:assert/strict";
import { FINALIZER } from "../../provider/core/lifecycle/finalizers";
import { identity, metadataOf, type Cluster } from "./cluster";
import { identityOf } from "./kubernetes/identity";

const TEAM = "team";
const SOURCE = "source.toolkit.fluxcd.io/v1";
const KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1";
const DEFINITION = "apiextensions.k8s.io/v1";

/** What users have beside an instance, and what of the instance holds data. */
const KEPT = {
  "the custom resource of a team": identity(SOURCE, "GitRepository", "app", TEAM),
  "the Kustomization of a team": identity(KUSTOMIZE, "Kustomization", "app", TEAM),
  "the workload of a team": identity("apps/v1", "Deployment", "web", TEAM),
  "the Secret in Flux's Namespace": identity("v1", "Secret", "token", "flux-system"),
  "Flux's Namespace": identity("v1", "Namespace", "flux-system"),
  "the volume claim": identity("v1", "PersistentVolumeClaim", "source-controller", "flux-system"),
  "the sync": identity(KUSTOMIZE, "Kustomization", "flux-system", "flux-system"),
  "the source of the sync": identity(SOURCE, "GitRepository", "flux-system", "flux-system"),
  "the CRD of GitRepositories": identity(
    DEFINITION,
    "CustomResourceDefinition",
    "gitrepositories.source.toolkit.fluxcd.io",
  ),
  "the CRD of Kustomizations": identity(
    DEFINITION,
    "CustomResourceDefinition",
    "kustomizations.kustomize.toolkit.fluxcd.io",
  ),
} as const;

export type Kept = keyof typeof KEPT;

/** What a destroy leaves. */
const OF_USERS: readonly Kept[] = [
  "the workload of a team",
  "the Secret in Flux's Namespace",
  "Flux's Namespace",
];

const RECORD = identity("rbac.authorization.k8s.io/v1", "ClusterRole", "flux-instance");

/** The args of an instance that has everything which can be lost. No controllers and no volumes are here, so it waits for none. */
export const WITNESSED = {
  wait: false,
  distribution: { version: "2.9.x" },
  components: ["source-controller", "kustomize-controller"],
  storage: { class: "manual", size: "1Gi" },
  sync: {
    kind: "GitRepository",
    url: "https://example.com/fleet.git",
    ref: "refs/heads/main",
    path: "./",
  },
};

/** Sees whether objects that nobody may delete are the same ones as before. */
export class Witness {
  readonly #cluster: Cluster;
  #before: Readonly<Record<string, string>> = {};

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Creates what users have beside an installed instance, as far as it is absent, and remembers all. */
  async begin(): Promise<void> {
    await this.#createUsers();
    this.#before = await this.uids();
    const absent = Object.entries(this.#before).filter(([, uid]) => uid === "");
    assert.deepEqual(absent, [], "everything is there before");
  }

  async uids(): Promise<Readonly<Record<string, string>>> {
    const entries = Object.entries(KEPT).map(async ([what, object]) => {
      const live = await this.#cluster.find(object);
      const going = metadataOf(live, "deletionTimestamp");
      return [what, going === "" ? metadataOf(live, "uid") : `in deletion since ${going}`] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** @param gone what may be another one now, or none */
  async assertKept(message: string, ...gone: readonly Kept[]): Promise<void> {
    const after = await this.uids();
    const expected = Object.entries(this.#before).filter(([what]) => !gone.includes(what as Kept));
    for (const [what, uid] of expected) assert.equal(after[what], uid, `${message}: ${what}`);
  }

  /** A destroy has left nothing but what users have, and `stays`. */
  async assertUninstalled(message: string, stays: readonly Kept[] = OF_USERS): Promise<void> {
    const after = await this.uids();
    for (const [what, uid] of Object.entries(this.#before)) {
      const expected = stays.includes(what as Kept) ? uid : "";
      assert.equal(after[what], expected, `${message}: ${what}`);
    }
    assert.deepEqual(await this.#controllers(), [], `${message}: Deployments`);
    assert.equal(await this.#cluster.find(RECORD), undefined, `${message}: the owner record`);
    if (stays.includes("the CRD of Kustomizations")) return;
    const definitions = await this.#cluster.list(DEFINITION, "CustomResourceDefinition");
    assert.deepEqual(definitions, [], `${message}: CRDs`);
  }

  /** A destroy has left everything, and nobody owns it. */
  async assertRetained(message: string): Promise<void> {
    await this.assertKept(message);
    assert.equal((await this.#controllers()).length, 2, `${message}: Deployments`);
    assert.equal(await this.#cluster.find(RECORD), undefined, `${message}: the owner record`);
  }

  async #controllers(): Promise<readonly string[]> {
    const all = await this.#cluster.list("apps/v1", "Deployment");
    return all
      .filter((object) => metadataOf(object, "namespace") === "flux-system")
      .map((object) => metadataOf(object, "name"));
  }

  async #createUsers(): Promise<void> {
    const metadata = { name: "app", namespace: TEAM, finalizers: [FINALIZER] };
    const template = {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "registry.invalid/web:1" }] },
    };
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: TEAM } },
      {
        apiVersion: SOURCE,
        kind: "GitRepository",
        metadata,
        spec: { url: "https://example.com/app.git", interval: "1h" },
      },
      {
        apiVersion: KUSTOMIZE,
        kind: "Kustomization",
        metadata,
        spec: { interval: "1h", prune: true, sourceRef: { kind: "GitRepository", name: "app" } },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: TEAM },
        spec: { selector: { matchLabels: { app: "web" } }, template },
      },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "token", namespace: "flux-system" },
        stringData: { token: "x" },
      },
    ];
    for (const object of objects) {
      if ((await this.#cluster.find(identityOf(object))) === undefined) {
        await this.#cluster.create(object);
      }
    }
  }
}
