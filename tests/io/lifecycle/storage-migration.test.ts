import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import {
  definitionsOf,
  servedVersionsOf,
  storageVersionOf,
  type Definition,
} from "../../../provider/core/lifecycle/definitions";
import type { Json, JsonObject, Manifest } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { ClusterError, type ClusterErrorCode } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { collect } from "../../../provider/io/cluster/list";
import { forEach } from "../../../provider/io/cluster/parallel";
import { DEFINITIONS } from "../../../provider/io/cluster/types";
import { UNKNOWN, type Call } from "../../../provider/io/lifecycle/lifecycle";
import { usesOfRemovedVersions } from "../../../provider/io/lifecycle/removed-versions";
import { storageMigration } from "../../../provider/io/lifecycle/storage-migration";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { lacking } from "../../support/contains";
import { useReleases } from "../../support/releases";
import { needsShared } from "../../support/shared";
import {
  createDefinitions,
  createOwned,
  definitionsIn,
  replaceDefinition,
  served,
} from "../../support/upgrade";

const PUBLISHED_RELEASES = ["v2.2.3", "v2.4.0", "v2.6.4", "v2.7.5", "v2.8.8"];
const MADE_RELEASES = ["v2.2.3", "v2.4.0", "v2.6.4"];
const NEW_RELEASE = "v2.9.4";
const OBJECTS = 3;
const OCI_REPOSITORIES = "ocirepositories.source.toolkit.fluxcd.io";

const lifecycle = storageMigration({});

const hasCode = (code: ClusterErrorCode) => (error: unknown) =>
  error instanceof ClusterError && error.code === code;

interface Live extends JsonObject {
  readonly apiVersion: string;
  readonly metadata: JsonObject & {
    readonly uid: string;
    readonly resourceVersion: string;
    /** The API server drops them all at updates of some kinds at another version, as Alert or ImagePolicy. */
    readonly managedFields?: readonly (JsonObject & { readonly fieldsV1: JsonObject })[];
  };
}

describe("a storage migration", function () {
  this.timeout(180_000);
  const releases = useReleases(...MADE_RELEASES, NEW_RELEASE);
  const madeRelease = (version: string) => join(releases.folder, "flux", version);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let rendered: readonly Manifest[];
  let definitions: readonly Definition[];

  // Each test has a cluster of its own: deleting definitions with objects takes minutes.
  beforeEach(async function () {
    rendered = definitionsIn(madeRelease(NEW_RELEASE));
    definitions = definitionsOf(rendered);
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
  });
  afterEach(() => real?.stop());

  const propertiesOf = (stage: string, more: JsonObject = {}) => ({
    values: { stage, definitions, kubeconfig: real!.kubeconfig, ...more },
    unknown: new Set<string>(),
  });
  const callOf = (signal?: AbortSignal) => {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const call: Call = {
      name: "migration",
      signal: signal ?? new AbortController().signal,
      warn: say,
      info: say,
    };
    return { call, lines };
  };
  const run = async (stage: string, signal?: AbortSignal, more: JsonObject = {}) => {
    const { call, lines } = callOf(signal);
    return { state: await lifecycle.create(propertiesOf(stage, more), call), lines };
  };
  const liveDefinition = async (name: string) => (await cluster.get(DEFINITIONS, { name }))!;
  const storedVersions = async (name: string) =>
    ((await liveDefinition(name))["status"] as JsonObject)["storedVersions"];
  const listed = async (definition: Definition, version: string) => {
    const { group, plural } = definition;
    const objects = await collect(cluster.list({ group, plural, version }));
    return objects as readonly Live[];
  };
  /** A cluster with a release's definitions and custom resources of every kind. */
  const seed = async (release: string, objects = OBJECTS) => {
    const manifests = definitionsIn(release);
    await createDefinitions(cluster, manifests);
    const kinds = definitionsOf(manifests);
    const names = kinds.flatMap((kind) =>
      Array.from({ length: objects }, (_, index) => ({ kind, name: `some-${index}` })),
    );
    await forEach(names, 6, ({ kind, name }) => createOwned(cluster, kind, name));
    return kinds;
  };
  const snapshot = async (kinds: readonly Definition[], at: (kind: Definition) => string) => {
    const all = await Promise.all(kinds.map((kind) => listed(kind, at(kind))));
    return new Map(all.flat().map((object) => [object.metadata.uid, object]));
  };
  /** A cluster with one of a release's definitions. */
  const seedOne = async (
    release: string,
    definition: string,
    objects: number,
  ): Promise<Definition> => {
    const manifests = definitionsIn(madeRelease(release));
    const chosen = manifests.filter(({ metadata }) => metadata.name === definition);
    await createDefinitions(cluster, chosen);
    const kind = definitionsOf(chosen)[0]!;
    const names = Array.from({ length: objects }, (_, index) => `some-${index}`);
    await forEach(names, 6, (name) => createOwned(cluster, kind, name));
    return kind;
  };
  const isBridged = async (name: string) =>
    JSON.stringify(await storedVersions(name)) === '["v1beta2","v1"]';
  const newVersionOf = ({ name }: Definition) =>
    storageVersionOf(definitions.find((definition) => definition.name === name)!);
  const replaceAll = async () => {
    for (const manifest of rendered) await replaceDefinition(cluster, manifest);
    for (const definition of definitions)
      await served(cluster, definition, storageVersionOf(definition));
  };
  const versionsOfOwners = (objects: Iterable<Live>) => [
    ...new Set(
      [...objects].flatMap(({ metadata }) =>
        (metadata.managedFields ?? []).map((it) => it["apiVersion"]),
      ),
    ),
  ];

  const starts = [
    ...PUBLISHED_RELEASES.map((version) => ({
      title: `the published Flux ${version}`,
      find: (context: Mocha.Context) => needsShared(context, "distribution", "flux", version),
    })),
    ...MADE_RELEASES.map((version) => ({
      title: `a Flux like ${version}`,
      find: () => madeRelease(version),
    })),
  ];
  for (const { title, find } of starts) {
    it(`takes ${title} straight to ${NEW_RELEASE}`, async function () {
      const kinds = await seed(find(this));
      const before = await snapshot(kinds, storageVersionOf);
      assert.equal(before.size, kinds.length * OBJECTS);
      const owned = [...before.values()].filter(({ metadata }) => metadata.managedFields?.length);
      assert.ok(owned.length > before.size / 2, `${owned.length} objects have owners`);

      const refused: string[] = [];
      for (const manifest of rendered) {
        await replaceWithDryRun(cluster, manifest).catch((error: unknown) => {
          assert.match(String(error), /was previously a storage version/);
          refused.push(manifest.metadata.name);
        });
      }
      const changing = kinds.filter((kind) => {
        const names = definitions.find(({ name }) => name === kind.name)!.versions;
        return !names.some(({ name }) => name === storageVersionOf(kind));
      });
      assert.deepEqual(refused.toSorted(), changing.map(({ name }) => name).toSorted());

      await run("before");
      await replaceAll();
      await run("after");

      const after = await snapshot(kinds, newVersionOf);
      assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted());
      for (const [uid, old] of before) {
        const now = after.get(uid)!;
        assert.deepEqual(lacking(now["spec"], old["spec"]!), []);
        assert.deepEqual(now["status"], old["status"]);
        assert.deepEqual(fieldsOf(now), fieldsOf(old));
      }
      for (const { name, group } of definitions) {
        const storage = newVersionOf(definitions.find((it) => it.name === name)!);
        assert.deepEqual(await storedVersions(name), [storage]);
        const ours = [...after.values()].filter(({ apiVersion }) => apiVersion.startsWith(group));
        const gone = versionsOfOwners(ours).filter((it) => !isServedNow(definitions, it));
        assert.deepEqual(gone, []);
      }
      for (const object of after.values()) await applies(cluster, kinds, object);

      const settled = await snapshot(kinds, newVersionOf);
      const again = [await run("before"), await run("after")];
      assert.deepEqual(
        again.flatMap(({ lines }) => lines),
        [],
      );
      const unchanged = await snapshot(kinds, newVersionOf);
      assert.deepEqual([...unchanged.values()], [...settled.values()]);
    });
  }

  it("goes on when the API server is away for a while", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 60);
    const before = await snapshot([kind], storageVersionOf);
    const running = run("before");
    while (!(await isBridged(kind.name))) await sleep(100);
    await real!.killApiServer();
    await real!.restartApiServer();
    const { lines } = await running;
    assert.deepEqual(lines, ["Migrated 60 ocirepositories.source.toolkit.fluxcd.io to v1."]);
    assert.deepEqual(await storedVersions(kind.name), ["v1"]);
    await replaceAll();
    const after = await snapshot([kind], newVersionOf);
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted());
  });

  it("is continued by the next run when it was cancelled", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 60);
    const abort = new AbortController();
    const running = run("before", abort.signal);
    while (!(await isBridged(kind.name))) await sleep(100);
    abort.abort();
    await assert.rejects(running, hasCode("cancelled"));
    assert.deepEqual(await storedVersions(kind.name), ["v1beta2", "v1"]);
    // Flux goes on meanwhile: both versions are served.
    assert.equal((await snapshot([kind], () => "v1beta2")).size, 60);
    await run("before");
    assert.deepEqual(await storedVersions(kind.name), ["v1"]);
  });

  it("finishes objects that change, or go, meanwhile", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 40);
    const type = { group: kind.group, plural: kind.plural, version: "v1beta2" };
    const place = (name: string) => ({ namespace: "default", name });
    const finalizers = (list: readonly string[]) =>
      ({ type: "merge", value: { metadata: { finalizers: list } } }) as const;
    await cluster.patch(type, place("some-1"), finalizers(["test.example.com/keep"]));
    await cluster.delete(type, place("some-1"));
    const running = run("before");
    const state = { done: false };
    const changing = (async () => {
      for (let index = 0; !state.done; index += 1) {
        const value = { metadata: { annotations: { count: `${index}` } } };
        await cluster.patch(type, place("some-0"), { type: "merge", value });
        if (index > 1) await cluster.delete(type, place(`some-${Math.min(index, 39)}`));
      }
    })();
    await running.finally(() => (state.done = true));
    await changing;
    assert.deepEqual(await storedVersions(kind.name), ["v1"]);
    await run("before");
    await replaceAll();
    const left = await snapshot([kind], newVersionOf);
    const [going] = [...left.values()].filter(({ metadata }) => metadata["name"] === "some-1");
    assert.ok(going?.metadata["deletionTimestamp"] !== undefined);
    await run("after");
    const at = { ...type, version: "v1" };
    await cluster.patch(at, place("some-1"), finalizers([]));
    assert.equal(await cluster.get(at, place("some-1")), undefined);
  });

  it("carries what an old controller has written since, which nobody could apply over", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 1);
    await run("before");
    const type = { group: kind.group, plural: kind.plural, version: "v1beta2" };
    const value = { status: { observedGeneration: 7 } };
    const written = { fieldManager: "source-controller", subresource: "status" } as const;
    const place = { namespace: "default", name: "some-0" };
    await cluster.patch(type, place, { type: "merge", value }, written);
    await replaceAll();
    const [object] = await listed(kind, "v1");
    await assert.rejects(applies(cluster, [kind], object!), /to an invalid group\/version/);
    const { lines } = await run("after");
    assert.deepEqual(lines, ["Migrated 1 ocirepositories.source.toolkit.fluxcd.io to v1."]);
    await applies(cluster, [kind], object!);
  });

  it("changes nothing where a right is missing, and names it", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 1);
    const before = await liveDefinition(kind.name);
    const kubeconfig = await limitedKubeconfig(cluster, real!.kubeconfig, [
      { apiGroups: ["apiextensions.k8s.io"], resources: ["*"], verbs: ["*"] },
      { apiGroups: [kind.group], resources: ["*"], verbs: ["get", "list"] },
    ]);
    await assert.rejects(run("before", undefined, { kubeconfig }), (error: unknown) => {
      assert.ok(hasCode("forbidden")(error));
      assert.match(
        String(error),
        /may not patch ocirepositories\.source\.toolkit\.fluxcd\.io\. Nothing/,
      );
      return true;
    });
    assert.deepEqual(await liveDefinition(kind.name), before);
  });

  it("refuses another cluster", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 1);
    const before = await liveDefinition(kind.name);
    const elsewhere = { cluster: "00000000-0000-0000-0000-000000000000" };
    await assert.rejects(run("before", undefined, elsewhere), hasCode("another-cluster"));
    assert.deepEqual(await liveDefinition(kind.name), before);
    await run("before", undefined, { cluster: await clusterUid(cluster) });
    assert.deepEqual(await storedVersions(kind.name), ["v1"]);
  });

  it("leaves a definition alone that is converted by a webhook", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 0);
    const clientConfig = { url: "https://webhook.invalid/convert" };
    const webhook = { clientConfig, conversionReviewVersions: ["v1"] };
    const value = { spec: { conversion: { strategy: "Webhook", webhook } } };
    await cluster.patch(DEFINITIONS, { name: kind.name }, { type: "merge", value });
    const before = await liveDefinition(kind.name);
    const { lines } = await run("before");
    assert.match(lines.join(), /ocirepositories.* is converted by a webhook/);
    assert.deepEqual((await liveDefinition(kind.name))["spec"], before["spec"]);
  });

  it("lets the uses of versions that go be found", async () => {
    const kind = await seedOne("v2.4.0", OCI_REPOSITORIES, 2);
    const upgrade = { before: [kind], after: definitions, own: ["own"] };
    const uses = await usesOfRemovedVersions(cluster, upgrade);
    const { group } = kind;
    assert.deepEqual(uses, [
      {
        kind: "OCIRepository",
        apiVersion: `${group}/v1beta2`,
        instead: `${group}/v1`,
        manager: "kustomize-controller",
        objects: ["default/some-0", "default/some-1"],
      },
    ]);
    const own = { ...upgrade, own: ["kustomize-controller"] };
    assert.deepEqual(await usesOfRemovedVersions(cluster, own), []);
  });

  it("does nothing where Flux is absent", async () => {
    const { lines, state } = await run("before");
    assert.deepEqual(lines, []);
    assert.equal((state["storage"] as JsonObject)[OCI_REPOSITORIES], "v1 (storage)");
  });
});

describe("a storage migration's answers without a cluster", () => {
  const versions = (...names: readonly string[]) =>
    names.map((name, index) => ({ name, served: true, storage: index === 0 }));
  const definition = (plural: string, ...names: readonly string[]) => {
    const group = "source.toolkit.fluxcd.io";
    const component = "source-controller";
    const name = `${plural}.${group}`;
    return { name, group, kind: "Some", plural, component, versions: versions(...names) };
  };
  const properties = (values: JsonObject, ...unknown: readonly string[]) => ({
    values: { stage: "before", ...values },
    unknown: new Set(unknown),
  });
  const inputs = properties({
    definitions: [definition("buckets", "v1beta2"), definition("helmcharts", "v1")],
    cluster: "one",
    kubeconfig: "old",
  });
  const storage = {
    "buckets.source.toolkit.fluxcd.io": "v1beta2 (storage)",
    "helmcharts.source.toolkit.fluxcd.io": "v1 (storage)",
  };
  const known = { id: "x", state: { storage }, inputs };
  const { signal } = new AbortController();
  const call: Call = { name: "x", signal, warn: () => undefined, info: () => undefined };
  const diff = (values: JsonObject, ...unknown: readonly string[]) =>
    lifecycle.diff(properties({ ...inputs.values, ...values }, ...unknown), known, call);
  const upgraded = [definition("buckets", "v1"), definition("helmcharts", "v1")];

  it("are a change only for other versions or another cluster", async () => {
    const unchanged = { updated: [], replaced: [] };
    assert.deepEqual(await diff({ kubeconfig: "new", context: "other" }), unchanged);
    assert.deepEqual(await diff({ cluster: undefined }, "cluster"), unchanged);
    assert.deepEqual(await diff({ cluster: "two" }), { updated: ["cluster"], replaced: [] });
    const changed = { updated: ["definitions"], replaced: [] };
    assert.deepEqual(await diff({ definitions: upgraded }), changed);
    assert.deepEqual(await diff({ definitions: undefined }, "definitions"), changed);
  });

  it("leave unknown what is about to change", async () => {
    const next = properties({ definitions: upgraded });
    assert.deepEqual(await lifecycle.preview?.(next, known, call), {
      storage: { ...storage, "buckets.source.toolkit.fluxcd.io": UNKNOWN },
    });
    const all = Object.fromEntries(Object.keys(storage).map((name) => [name, UNKNOWN]));
    assert.deepEqual(await lifecycle.preview?.(next, undefined, call), { storage: all });
    const undecided = properties({}, "definitions");
    assert.deepEqual(await lifecycle.preview?.(undecided, known, call), {});
  });

  it("refuse inputs of another shape", async () => {
    const wrong = properties({ stage: "later", definitions: [] });
    await assert.rejects(lifecycle.create(wrong, call), /stage must be "before" or "after"/);
  });
});

/** The kubeconfig of a service account that may do only this. */
async function limitedKubeconfig(
  cluster: Cluster,
  kubeconfig: string,
  rules: readonly JsonObject[],
): Promise<string> {
  const name = "limited";
  const account = { group: "", version: "v1", plural: "serviceaccounts" };
  const rbac = (plural: string) => ({
    group: "rbac.authorization.k8s.io",
    version: "v1",
    plural,
  });
  await cluster.create(account, { metadata: { name } }, { namespace: "default" });
  await cluster.create(rbac("clusterroles"), { metadata: { name }, rules });
  await cluster.create(rbac("clusterrolebindings"), {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  });
  const path = `/api/v1/namespaces/default/serviceaccounts/${name}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const request = await cluster.session.sendForObject("get a token", {
    method: "POST",
    path,
    body,
  });
  const { token } = request["status"] as { token: string };
  const config = parse(kubeconfig) as JsonObject & { users: readonly { name: string }[] };
  const users = config.users.map((user) => ({ name: user.name, user: { token } }));
  return JSON.stringify({ ...config, users });
}

async function replaceWithDryRun(cluster: Cluster, manifest: Manifest): Promise<void> {
  const { name } = manifest.metadata;
  const live = await cluster.get(DEFINITIONS, { name });
  if (live === undefined) return;
  const { resourceVersion } = live["metadata"] as { resourceVersion: string };
  const metadata = { ...manifest.metadata, resourceVersion };
  await cluster.update(DEFINITIONS, { name }, { ...manifest, metadata }, { dryRun: true });
}

/** The owned fields by manager, operation and subresource. */
function fieldsOf({ metadata }: Live): JsonObject {
  const fields: Record<string, Json> = {};
  for (const { manager, operation, subresource, fieldsV1 } of metadata.managedFields ?? []) {
    const key = JSON.stringify([manager, operation, subresource]);
    fields[key] = merged((fields[key] ?? {}) as JsonObject, fieldsV1);
  }
  return fields;
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = { ...one };
  for (const [key, value] of Object.entries(other))
    result[key] = merged((result[key] ?? {}) as JsonObject, value as JsonObject);
  return result;
}

function isServedNow(definitions: readonly Definition[], apiVersion: Json | undefined): boolean {
  return definitions.some((definition) =>
    servedVersionsOf(definition).some((version) => `${definition.group}/${version}` === apiVersion),
  );
}

/** An owner of long ago applies once more, at the new version. */
async function applies(cluster: Cluster, kinds: readonly Definition[], object: Live) {
  const { group, plural } = kinds.find(({ kind }) => kind === object["kind"])!;
  const { name } = object.metadata as unknown as { name: string };
  const [, version = ""] = object.apiVersion.split("/");
  const { apiVersion, kind } = object;
  const value = { apiVersion, kind, metadata: { name }, spec: object["spec"] } as JsonObject;
  const patch = { type: "apply", value, force: true } as const;
  const place = { namespace: "default", name };
  await cluster.patch({ group, plural, version }, place, patch, {
    fieldManager: "kustomize-controller",
  });
}
