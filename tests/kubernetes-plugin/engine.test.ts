import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";

import type { JsonObject } from "../../provider/core/manifest";
import { buildKubernetesPlugin } from "../support/kubernetes-plugin/build";
import { pluck, type Identity } from "../support/kubernetes-plugin/identity";
import type { Objects } from "../support/kubernetes-plugin/objects";
import { connect, requireApi } from "../support/kubernetes-plugin/session";
import { readSettings } from "../support/kubernetes-plugin/settings";
import { installedPlugin } from "../support/plugins";
import { provide } from "../../tools/provide";
import { stopThrowawayCluster, throwawayCluster } from "./cluster";

const namespace = `standin-engine-${Date.now().toString(36)}`;
const group = `${namespace}.example.org`;
const password = "correct horse";

class Kubernetes extends pulumi.ProviderResource {
  constructor(kubeconfig: string) {
    super("kubernetes", "cluster", { kubeconfig });
  }
}

class KubernetesObject extends pulumi.CustomResource {}

interface Wanted {
  readonly image: string;
  readonly value: string;
}

/** A miniature of what FluxInstance registers: patch, CRD, custom resource, RBAC, workload. */
function program(kubeconfig: string, wanted: Wanted): pulumi.automation.PulumiFn {
  return () => {
    const provider = new Kubernetes(kubeconfig);
    const add = (token: string, name: string, args: pulumi.Inputs, on: pulumi.Resource[] = []) =>
      new KubernetesObject(`kubernetes:${token}`, name, args, { provider, dependsOn: on });
    const at = (name: string, annotations?: JsonObject) =>
      annotations === undefined ? { name, namespace } : { name, namespace, annotations };
    const v1 = { apiVersion: "v1" };
    const rbac = "rbac.authorization.k8s.io/v1";

    const space = add("core/v1:NamespacePatch", "namespace", {
      ...v1,
      kind: "Namespace",
      metadata: { name: namespace, labels: { "example.org/managed": "true" } },
    });
    const definition = add("apiextensions.k8s.io/v1:CustomResourceDefinition", "crd", crd());
    add(
      "core/v1:ServiceAccount",
      "account",
      {
        ...v1,
        kind: "ServiceAccount",
        metadata: at("account"),
      },
      [space],
    );
    add(`${rbac}:ClusterRole`, "role", {
      apiVersion: rbac,
      kind: "ClusterRole",
      metadata: { name: namespace },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    });
    add(
      "core/v1:ConfigMap",
      "map",
      {
        ...v1,
        kind: "ConfigMap",
        metadata: at("map"),
        data: { key: wanted.value },
      },
      [space],
    );
    add(
      "core/v1:Secret",
      "secret",
      {
        ...v1,
        kind: "Secret",
        metadata: at("secret"),
        stringData: { password },
      },
      [space],
    );
    add(
      "core/v1:Service",
      "service",
      {
        ...v1,
        kind: "Service",
        metadata: at("service", { "pulumi.com/skipAwait": "true" }),
        spec: { selector: { app: "workload" }, ports: [{ port: 80 }] },
      },
      [space],
    );
    add(
      `${group}/v1:Widget`,
      "widget",
      {
        apiVersion: `${group}/v1`,
        kind: "Widget",
        metadata: at("widget", {
          "pulumi.com/skipAwait": "true",
          "pulumi.com/deletionPropagationPolicy": "background",
        }),
        spec: { size: 1 },
      },
      [space, definition],
    );
    add("apps/v1:Deployment", "workload", deployment(wanted.image), [space]);
    return Promise.resolve({});
  };
}

function crd(): pulumi.Inputs {
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** With values that the API server spells otherwise or leaves out. */
function deployment(image: string): pulumi.Inputs {
  const labels = { app: "workload" };
  const resources = { limits: { cpu: "1000m", memory: "1Gi" }, requests: { cpu: "0.1" } };
  const env = [{ name: "EMPTY", value: "" }];
  const annotations = {
    "pulumi.com/waitFor": "jsonpath={.metadata.uid}",
    "pulumi.com/patchForce": "true",
    // A foreground delete waits for the garbage collector, which is busy with the new CRD.
    "pulumi.com/deletionPropagationPolicy": "background",
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "workload", namespace, annotations },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: "c", image, args: [], env, resources }],
          volumes: [{ name: "tmp", emptyDir: {} }],
        },
      },
    },
  };
}

/** The Automation API wants a folder with `bin/pulumi`. */
async function pulumiCommand(root: string): Promise<PulumiCommand> {
  const { pulumi: program } = await provide(["pulumi"]);
  mkdirSync(join(root, "bin"), { recursive: true });
  symlinkSync(program, join(root, "bin", "pulumi"));
  return PulumiCommand.get({ root, skipVersionCheck: true });
}

/** The stand-in, and the real plugin where it is: both have to do the same. */
const PLUGINS = [
  { title: "the stand-in for the Kubernetes plugin", find: buildKubernetesPlugin },
  {
    title: "the real Kubernetes plugin",
    find: () => Promise.resolve(installedPlugin()),
  },
];

for (const { title, find } of PLUGINS) {
  describe(`${title} under the Pulumi engine`, function () {
    this.timeout(120_000);
    let folder: string;
    let kubeconfig: string;
    let stack: Stack | undefined;
    let objects: Objects;

    const map = { apiVersion: "v1", kind: "ConfigMap", name: "map", namespace };
    const workload = { apiVersion: "apps/v1", kind: "Deployment", name: "workload", namespace };

    function theStack(): Stack {
      assert.ok(stack !== undefined);
      return stack;
    }

    /** What changes with every write. */
    async function versionOf(object: Identity): Promise<unknown> {
      return pluck((await objects.get(object))["metadata"], "resourceVersion");
    }

    /** A refresh takes a workload that is not available yet for a failed one, whatever waitFor says. */
    async function becomesAvailable(replicas: number): Promise<void> {
      for (let look = 0; look < 300; look++) {
        const { status } = await objects.get(workload);
        if (pluck(status, "readyReplicas") === replicas) return;
        await sleep(100);
      }
      assert.fail(`the Deployment did not get ${replicas} ready replicas within 30 s`);
    }

    async function up(image: string, value: string) {
      const result = await theStack().up({ program: program(kubeconfig, { image, value }) });
      return result.summary.resourceChanges;
    }

    before(async function () {
      this.timeout(600_000);
      const path = await find();
      if (path === undefined) {
        console.log("    skipped: it is not installed here");
        this.skip();
      }
      kubeconfig = await throwawayCluster(this);
      folder = mkdtempSync(join(tmpdir(), "standin-engine-"));
      const settings = readSettings(new Map([["kubeconfig", kubeconfig]]), {});
      const log = () => undefined;
      objects = requireApi(await connect(settings, {}, log, new AbortController().signal));
      for (const name of ["state", "home", "work"]) mkdirSync(join(folder, name));
      const projectSettings = {
        name: "standin",
        runtime: "nodejs" as const,
        backend: { url: `file://${join(folder, "state")}` },
        plugins: { providers: [{ name: "kubernetes", path }] },
      };
      stack = await LocalWorkspace.createStack(
        {
          stackName: "dev",
          projectName: "standin",
          program: program(kubeconfig, { image: "i:1", value: "a" }),
        },
        {
          pulumiCommand: await pulumiCommand(join(folder, "pulumi")),
          workDir: join(folder, "work"),
          pulumiHome: join(folder, "home"),
          projectSettings,
          envVars: {
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          },
        },
      );
    });

    after(async () => {
      if (stack === undefined) return;
      const space = { apiVersion: "v1", kind: "Namespace", name: namespace, namespace: "" };
      await objects.remove(space, "Background").catch(() => undefined);
      rmSync(folder, { recursive: true });
    });

    after(stopThrowawayCluster);

    it("previews without writing", async () => {
      const { changeSummary } = await theStack().preview();
      assert.deepEqual(changeSummary, { create: 11 });
      await assert.rejects(objects.get(map), /not found/);
    });

    it("creates, and then finds nothing to do", async () => {
      assert.deepEqual(await up("i:1", "a"), { create: 11 });
      const version = await versionOf(map);
      assert.deepEqual(await up("i:1", "a"), { same: 11 });
      assert.equal(await versionOf(map), version);
    });

    it("keeps secrets out of the state file", () => {
      const file = join(folder, "state", ".pulumi", "stacks", "standin", "dev.json");
      const state = readFileSync(file, "utf8");
      assert.match(state, /"secret"/);
      assert.equal(state.includes(password), false);
      assert.equal(state.includes(Buffer.from(password).toString("base64")), false);
    });

    it("finds no drift where there is none", async () => {
      await becomesAvailable(1);
      const { summary } = await theStack().refresh();
      assert.deepEqual(summary.resourceChanges, { same: 11 });
      assert.deepEqual(await up("i:1", "a"), { same: 11 });
    });

    it("finds drift in a refresh and repairs it", async () => {
      const replicas = { spec: { replicas: 3 } };
      await objects.patch(workload, "application/merge-patch+json", replicas);
      await objects.remove(map, "Background");
      await becomesAvailable(3);
      const { summary } = await theStack().refresh();
      assert.deepEqual(summary.resourceChanges, { delete: 1, same: 9, update: 1 });
      assert.deepEqual(await up("i:1", "a"), { create: 1, same: 9, update: 1 });
      const { spec } = await objects.get(workload);
      assert.equal((spec as { replicas: number }).replicas, 1);
      assert.deepEqual(await up("i:1", "a"), { same: 11 });
    });

    it("updates in place, and replaces what cannot be", async () => {
      assert.deepEqual(await up("i:2", "b"), { replace: 1, same: 9, update: 1 });
      assert.deepEqual((await objects.get(map))["data"], { key: "b" });
    });

    it("destroys all but the patched namespace", async () => {
      await theStack().destroy();
      await assert.rejects(objects.get(workload), /not found/);
      const space = { apiVersion: "v1", kind: "Namespace", name: namespace, namespace: "" };
      const { status } = await objects.get(space);
      assert.deepEqual(status, { phase: "Active" });
    });
  });
}
