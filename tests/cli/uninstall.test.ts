import assert from "node:assert/strict";
import { FINALIZER } from "../../provider/core/lifecycle/finalizers";
import { FLUX_KINDS, type FluxKind } from "../../provider/core/lifecycle/kinds";
import { idOf } from "../../provider/core/lifecycle/ownership";
import type { Manifest } from "../../provider/core/manifest";
import { isNamespaced } from "../../provider/core/scope";
import { COMPONENTS } from "../../provider/core/spec/spec";
import { connect, type Cluster } from "../../provider/io/cluster/cluster";
import { typesOf } from "../../provider/io/cluster/discovery";
import { ClusterError } from "../../provider/io/cluster/error";
import { collect } from "../../provider/io/cluster/list";
import type { ObjectName, ResourceType } from "../../provider/io/cluster/paths";
import { DEFINITIONS, DEPLOYMENTS, NAMESPACES } from "../../provider/io/cluster/types";
import { createRecord, readRecord } from "../../provider/io/lifecycle/owner-record";
import { runUninstall } from "../../provider/io/lifecycle/uninstall-run";
import { surveyFlux } from "../../provider/io/lifecycle/uninstall-survey";
import { planUninstall } from "../../provider/core/lifecycle/plan";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";
import { metadataOf, startCluster, type Cluster as TestCluster } from "../support/cluster";
import { createDefinitions, createSample, finalizersOf, typeOf } from "../support/custom-resources";
import { controllerDeployment } from "../support/deployments";
import { createOperator, INSTANCES } from "../support/flux-operator";
import { mark, recordOf } from "../support/owned";
import { cli } from "./in-process";

const FLUX = "flux-system";
const OWNER = "0123456789abcdef";
const ACCOUNTS: ResourceType = { group: "", version: "v1", plural: "serviceaccounts" };
const KINDS = Object.values(FLUX_KINDS).flat();

const OPERATOR_DEFINITION = { name: `${INSTANCES.plural}.${INSTANCES.group}` };

describe("uninstall", () => {
  it("tells its options", async () => {
    const { code, stdout } = await cli(["uninstall", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /--dry-run/);
  });

  it("refuses what it can't do", async () => {
    const refused = async (message: RegExp, ...args: string[]) => {
      const { code, stdout, stderr } = await cli(["uninstall", ...args]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, message);
    };
    await refused(/--deletion-policy must be one of/, "--deletion-policy", "All");
    await refused(/kube-system/, "--delete-namespace", "--namespace", "kube-system");
    await refused(/Unknown option '--force'/, "--force");
    const { code, stderr } = await cli(["uninstall", "--kubeconfig", "/absent"]);
    assert.equal(code, 1);
    assert.match(stderr, /neither a kubeconfig/);
  });
});

describe("uninstall from a cluster", function () {
  this.timeout(180_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    await createDefinitions(cluster);
    await install();
    for (const kind of KINDS) {
      for (const namespace of [FLUX, "default"]) {
        await createSample(cluster, kind, { namespace, name: "one" });
      }
    }
    for (const namespace of [FLUX, "default"]) {
      const workload = controllerDeployment(namespace, "app", "podinfo");
      const own = { ...workload, metadata: { namespace, name: "podinfo", labels: { app: "x" } } };
      await cluster.create(DEPLOYMENTS, own, { namespace });
    }
  });
  after(() => real?.stop());

  const rendered = async () => {
    const args = {
      distribution: { version: "2.x", registry: "ghcr.io/fluxcd" },
      components: COMPONENTS,
      sharding: { shards: ["shard1"] },
      storage: { class: "standard", size: "1Gi" },
    };
    const prepared = await prepare(args, { files: new ParsedFiles(), strict: false });
    assert.ok(!("undecided" in prepared));
    return prepared.rendered.objects.map(({ manifest }) => manifest);
  };

  /** As `kubectl create`, without the CRDs. */
  const install = async () => {
    for (const manifest of await rendered()) {
      if (manifest.kind === "CustomResourceDefinition") continue;
      await create(manifest);
    }
  };

  const create = async (manifest: Manifest) => {
    const [version = "", group = ""] = manifest.apiVersion.split("/").toReversed();
    const types = await typesOf(cluster, group, version);
    const type = types.find(({ kind }) => kind === manifest.kind)!;
    const scope = isNamespaced(manifest) ? { namespace: FLUX } : {};
    try {
      await cluster.create(type, manifest, scope);
    } catch (error) {
      if (!(error instanceof ClusterError && error.code === "already-exists")) throw error;
    }
  };

  const run = async (...args: string[]) =>
    await cli(["uninstall", ...args], "", {
      surroundings: { kubeconfigs: ["/absent", real!.kubeconfigFile] },
    });

  const uidsOfWorkloads = async () =>
    await Promise.all(
      [FLUX, "default"].map(async (namespace) =>
        metadataOf(await cluster.get(DEPLOYMENTS, { namespace, name: "podinfo" }), "uid"),
      ),
    );

  const countOf = async (kind: FluxKind) =>
    (await finalizersOf(cluster, kind, { namespace: "default", name: "one" })) as
      readonly string[] | undefined;

  /** The objects of Flux that are left, of every kind that can be listed. */
  const left = async () => {
    const groups: readonly (readonly [string, string])[] = [
      ["", "v1"],
      ["apps", "v1"],
      ["networking.k8s.io", "v1"],
      ["rbac.authorization.k8s.io", "v1"],
      ["apiextensions.k8s.io", "v1"],
    ];
    const types = (
      await Promise.all(groups.map(([group, v]) => typesOf(cluster, group, v)))
    ).flat();
    const labels = "app.kubernetes.io/part-of=flux";
    const names: string[] = [];
    for (const type of types.filter(({ verbs }) => verbs.includes("list"))) {
      const objects = await collect(cluster.list(type, { labels, metadataOnly: true }));
      names.push(...objects.map((object) => `${type.kind}/${metadataOf(object, "name")}`));
    }
    return names;
  };

  it("only tells, with counts, when it is dry", async () => {
    const before = await left();
    const { code, stdout, stderr } = await run("--dry-run");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    for (const { kind } of KINDS) {
      assert.ok(stdout.includes(`would free 2 ${kind} of Flux's finalizer`), kind);
    }
    assert.match(stdout, /^would delete Deployment\/flux-system\/kustomize-controller-shard1$/m);
    assert.match(stdout, /^would delete ClusterRole\/crd-controller-flux-system$/m);
    assert.match(stdout, /^would delete PersistentVolumeClaim\/flux-system\//m);
    assert.ok(!stdout.includes("podinfo"));
    assert.deepEqual(await left(), before);
  });

  it("does nothing with the policy Retain", async () => {
    const before = await left();
    const { code, stdout } = await run("--deletion-policy", "Retain", "--delete-namespace");
    assert.equal(code, 0);
    assert.match(stdout, /everything stays/);
    assert.deepEqual(await left(), before);
  });

  const [sync] = FLUX_KINDS["kustomize-controller"] as [FluxKind];
  const owned: readonly (readonly [ResourceType, ObjectName])[] = [
    [NAMESPACES, { name: FLUX }],
    [DEFINITIONS, { name: "kustomizations.kustomize.toolkit.fluxcd.io" }],
    [typeOf(sync), { namespace: FLUX, name: "one" }],
    [ACCOUNTS, { namespace: FLUX, name: "source-controller" }],
  ];

  /** Makes it the Flux of a FluxInstance. */
  const own = async () => {
    await createRecord(cluster, recordOf(OWNER, ["kustomize-controller"]));
    for (const [type, name] of owned) await mark(cluster, type, name, OWNER);
  };

  it("releases the Flux of a FluxInstance with the policy Retain, and forgets the owner", async () => {
    const idsIn = async () =>
      await Promise.all(
        owned.map(async ([type, name]) => idOf((await cluster.get(type, name)) ?? {})),
      );
    await own();
    const before = await left();
    const dry = await run("--dry-run", "--deletion-policy", "Retain");
    assert.match(dry.stdout, /^would remove the owner's id from Namespace\/flux-system$/m);
    assert.deepEqual(await idsIn(), [OWNER, OWNER, OWNER, OWNER]);
    const { code, stdout, stderr } = await run("--deletion-policy", "Retain");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^deleted ClusterRole\/flux-instance$/m);
    assert.deepEqual(await idsIn(), [undefined, undefined, undefined, undefined]);
    assert.equal(await readRecord(cluster), undefined);
    assert.deepEqual(await left(), before);
  });

  it("refuses where another Flux needs the CRDs", async () => {
    const place = { namespace: "default", name: "kustomize-controller" };
    const other = controllerDeployment("default", "kustomize-controller");
    await cluster.create(DEPLOYMENTS, other, { namespace: "default" });
    const { code, stderr } = await run();
    assert.equal(code, 1);
    assert.match(stderr, /Deployment default\/kustomize-controller needs the same CRDs/);
    await cluster.delete(DEPLOYMENTS, place, { propagation: "Foreground" });
    while ((await cluster.get(DEPLOYMENTS, place)) !== undefined) continue;
  });

  it("keeps CRDs and custom resources, free of Flux's finalizer", async () => {
    await own();
    const workloads = await uidsOfWorkloads();
    const { code, stdout, stderr } = await run("--deletion-policy", "KeepCRDs");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^deleted Deployment\/flux-system\/source-controller$/m);
    const kept = await left();
    assert.equal(kept.length, 16, kept.join());
    assert.ok(kept.every((name) => /^(?:CustomResourceDefinition|Namespace)\//.test(name)));
    for (const kind of KINDS) assert.deepEqual(await countOf(kind), [], kind.kind);
    assert.deepEqual(await uidsOfWorkloads(), workloads);
    for (const name of ["Namespace/flux-system", "Kustomization/flux-system/one"]) {
      assert.ok(stdout.includes(`removed the owner's id from ${name}\n`), stdout);
    }
    assert.match(stdout, /^deleted ClusterRole\/flux-instance$/m);
    assert.equal(await readRecord(cluster), undefined);
  });

  it("refuses where Flux Operator manages it, and then removes all but the namespace", async () => {
    await install();
    const workloads = await uidsOfWorkloads();
    await createOperator(cluster, FLUX);
    const managed = await run();
    assert.equal(managed.code, 1);
    assert.match(managed.stderr, /FluxInstance flux-system\/flux/);
    await cluster.delete(DEFINITIONS, OPERATOR_DEFINITION);
    while ((await cluster.get(DEFINITIONS, OPERATOR_DEFINITION)) !== undefined) continue;

    const { code, stderr } = await run();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(await left(), [`Namespace/${FLUX}`]);
    assert.deepEqual(await uidsOfWorkloads(), workloads);
    const again = await run();
    assert.equal(again.code, 0);
    assert.match(again.stdout, /Nothing of Flux is there to uninstall/);
  });

  it("refuses where a custom resource is held by others, and goes on when it is not", async () => {
    await createDefinitions(cluster, ["helm-controller"]);
    const [release] = FLUX_KINDS["helm-controller"] as [FluxKind];
    const name = { namespace: "default", name: "held" };
    await createSample(cluster, release, name, [FINALIZER, "example.com/held"]);
    const { code: refused, stderr } = await run();
    assert.equal(refused, 1);
    assert.match(stderr, /HelmRelease default\/held \(example\.com\/held\).*run again/);
    const definition = { name: "helmreleases.helm.toolkit.fluxcd.io" };
    const live = (await cluster.get(DEFINITIONS, definition)) ?? {};
    assert.equal(metadataOf(live, "deletionTimestamp"), "");
    assert.deepEqual(await finalizersOf(cluster, release, name), ["example.com/held"]);
    await freeIn(cluster, { ...release, version: "v2" }, name);
  });

  it("tells what holds a definition itself, and goes on when that is done", async () => {
    const definition = { name: "helmreleases.helm.toolkit.fluxcd.io" };
    const value = { metadata: { finalizers: ["example.com/held"] } };
    await cluster.patch(DEFINITIONS, definition, { type: "merge", value });
    const survey = await surveyFlux(cluster, FLUX);
    const plan = planUninstall(survey, { deletionPolicy: "Uninstall", deleteNamespace: false });
    await assert.rejects(runUninstall(cluster, survey, plan, 2_000), (error: unknown) => {
      assert.ok(error instanceof ClusterError);
      assert.match(error.message, /CustomResourceDefinition\/helmreleases.*example\.com\/held/);
      return true;
    });
    await freeIn(cluster, DEFINITIONS, definition);
    const { code } = await run("--delete-namespace");
    assert.equal(code, 0);
    assert.equal(await cluster.get(NAMESPACES, { name: FLUX }), undefined);
    assert.deepEqual(await left(), []);
  });
});

async function freeIn(cluster: Cluster, type: ResourceType, name: ObjectName): Promise<void> {
  const value = { metadata: { finalizers: [] } };
  await cluster.patch(type, name, { type: "merge", value });
}
