import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JsonObject } from "../../provider/core/manifest";
import { check } from "../support/kubernetes-plugin/check";
import { create, type Created } from "../support/kubernetes-plugin/create";
import { InitFailed } from "../support/kubernetes-plugin/errors";
import { child, pluck } from "../support/kubernetes-plugin/identity";
import type { Objects } from "../support/kubernetes-plugin/objects";
import { read } from "../support/kubernetes-plugin/read";
import { remove } from "../support/kubernetes-plugin/remove";
import { connect, requireApi, type Session } from "../support/kubernetes-plugin/session";
import { readSettings } from "../support/kubernetes-plugin/settings";
import { update } from "../support/kubernetes-plugin/update";
import { stopThrowawayCluster, throwawayCluster } from "./cluster";

const namespace = `standin-${Date.now().toString(36)}`;
const group = `${namespace}.example.org`;

function urn(token: string): string {
  return `urn:pulumi:s::p::kubernetes:${token}::n`;
}

function configMap(name: string, data: JsonObject, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, annotations: { note: "kept", ...annotations } },
    data,
  };
}

function crd(versions: readonly string[], storage: string, labels: JsonObject = {}): JsonObject {
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}`, labels },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
      versions: versions.map((name) => ({
        name,
        served: true,
        storage: name === storage,
        schema: { openAPIV3Schema },
      })),
    },
  };
}

const configMapUrn = urn("core/v1:ConfigMap");
const crdUrn = urn("apiextensions.k8s.io/v1:CustomResourceDefinition");
const widgetUrn = urn(`${group}/v1:Widget`);

describe("kubernetes-plugin against an API server", function () {
  this.timeout(60_000);
  let folder: string;
  let kubeconfig: string;
  let cancel: AbortController;
  let session: Session;
  let objects: Objects;
  let opened = false;
  let warnings: string[];

  async function open(values: Readonly<Record<string, string>> = {}): Promise<Session> {
    const env = {
      FLUX_INSTANCE_STANDIN_LOG: join(folder, "writes"),
      FLUX_INSTANCE_STANDIN_SETTLE_MS: "500",
    };
    const settings = readSettings(new Map(Object.entries({ kubeconfig, ...values })), env);
    const log = (_severity: string, _urn: string, message: string) => warnings.push(message);
    return connect(settings, env, log, cancel.signal);
  }

  const make = (inputs: JsonObject, of: string, within = session, preview = false, timeout = 0) =>
    create(within, { urn: of, news: inputs, preview, timeout });
  const change = (
    state: JsonObject,
    news: JsonObject,
    of: string,
    within = session,
    preview = false,
  ) => update(within, { urn: of, olds: state, news, preview, timeout: 0, ignore: [] });
  const drop = (state: JsonObject, of: string, within = session, timeout = 20) =>
    remove(within, { urn: of, olds: state, timeout });
  const live = (name: string): Promise<JsonObject> =>
    objects.get({ apiVersion: "v1", kind: "ConfigMap", name, namespace });

  before(async function () {
    this.timeout(600_000);
    kubeconfig = await throwawayCluster(this);
    folder = mkdtempSync(join(tmpdir(), "standin-"));
    cancel = new AbortController();
    warnings = [];
    session = await open();
    objects = requireApi(session);
    opened = true;
    const made = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    await objects.create(made, "test", false);
  });

  after(async () => {
    if (!opened) return;
    const gone = { name: namespace, namespace: "" };
    await objects.remove({ apiVersion: "v1", kind: "Namespace", ...gone }, "Background");
    const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    await objects
      .remove({ ...kind, name: `widgets.${group}`, namespace: "" }, "Background")
      .catch(() => undefined);
    rmSync(folder, { recursive: true });
  });

  after(stopThrowawayCluster);

  it("refuses to create what exists, which the preview does not show", async () => {
    const inputs = configMap("exists", { a: "1" });
    await make(inputs, configMapUrn);
    const preview = await make(inputs, configMapUrn, session, true);
    assert.deepEqual(preview, { id: "", properties: inputs });
    await assert.rejects(
      make(inputs, configMapUrn),
      /not successfully created by the Kubernetes API server: configmaps "exists" already exists/,
    );
  });

  it("joins what exists with upsertExistingObjects, and names the manager of a conflict", async () => {
    await objects.create(configMap("upsert", { a: "1" }), "other-tool", false);
    const inputs = configMap("upsert", { a: "2" });
    const upsert = await open({ upsertExistingObjects: "true" });
    await assert.rejects(
      make(inputs, configMapUrn, upsert),
      /conflict with "other-tool".*\.data\.a/s,
    );
    const forced = configMap("upsert", { a: "2" }, { "pulumi.com/patchForce": "true" });
    await make(forced, configMapUrn, upsert);
    assert.deepEqual((await live("upsert"))["data"], { a: "2" });
  });

  it("takes its own create over at the first update, and then removes what the inputs lose", async () => {
    const manager = { "pulumi.com/patchFieldManager": "flux" };
    const first = await make(configMap("owned", { a: "1", b: "1" }, manager), configMapUrn);
    assert.equal(first.id, `${namespace}/owned`);
    await change(first.properties, configMap("owned", { a: "2" }, manager), configMapUrn);
    const now = await live("owned");
    assert.deepEqual(now["data"], { a: "2" });
    const managers = pluck(now, "metadata", "managedFields") as readonly JsonObject[];
    assert.deepEqual(
      managers.map((entry) => [entry["manager"], entry["operation"]]),
      [["flux", "Apply"]],
    );
  });

  it("previews a create and an update on the server without writing", async () => {
    const inputs = configMap("dry", { a: "1" });
    const preview = await make(inputs, configMapUrn, session, true);
    assert.equal(preview.id, "");
    assert.notEqual(pluck(preview.properties, "metadata", "uid"), undefined);
    await assert.rejects(live("dry"), /not found/);
    const { properties } = await make(inputs, configMapUrn);
    const changed = await change(
      properties,
      configMap("dry", { a: "2" }),
      configMapUrn,
      session,
      true,
    );
    assert.deepEqual(changed["data"], { a: "2" });
    assert.deepEqual((await live("dry"))["data"], { a: "1" });
  });

  it("tolerates in a preview that the namespace does not exist yet", async () => {
    const inputs = configMap("early", {});
    const elsewhere = { ...inputs, metadata: { name: "early", namespace: "absent" } };
    const preview = await make(elsewhere, configMapUrn, session, true);
    assert.deepEqual(preview, { id: "", properties: elsewhere });
  });

  it("fails an update of an object that somebody deleted", async () => {
    const inputs = configMap("lost", { a: "1" });
    const { properties } = await make(inputs, configMapUrn);
    await drop(properties, configMapUrn);
    await assert.rejects(
      change(properties, configMap("lost", { a: "2" }), configMapUrn),
      /configmaps "lost" not found/,
    );
    const found = await read(session, {
      id: `${namespace}/lost`,
      urn: configMapUrn,
      inputs,
      state: properties,
    });
    assert.equal(found.id, "");
    await drop(properties, configMapUrn);
  });

  it("lets a Patch create what is absent, and only gives its fields up at the end", async () => {
    const patch = urn("core/v1:ConfigMapPatch");
    const { properties } = await make(configMap("patched", { a: "1" }), patch);
    await objects.apply(
      { ...configMap("patched", { b: "1" }) },
      { manager: "second", force: false, dryRun: false },
    );
    await drop(properties, patch);
    assert.deepEqual((await live("patched"))["data"], { b: "1" });
  });

  it("refuses a Patch without server-side apply", async () => {
    const without = await open({ enableServerSideApply: "false" });
    const inputs = configMap("patched", {});
    await assert.rejects(
      check(without, urn("core/v1:ConfigMapPatch"), {}, inputs),
      /require Server-Side Apply/,
    );
  });

  describe("with a CRD", () => {
    let definition: Created;

    before(async () => {
      const inputs = crd(["v1", "v1beta1"], "v1beta1");
      await check(session, crdUrn, {}, inputs);
      definition = await make(inputs, crdUrn);
    });

    it("creates a custom resource right after it, and replaces the CRD as a whole", async () => {
      const widget: JsonObject = {
        apiVersion: `${group}/v1`,
        kind: "Widget",
        // The garbage collector learns of a new CRD within 30 s; a foreground delete would wait for it.
        metadata: {
          name: "w",
          annotations: { "pulumi.com/deletionPropagationPolicy": "background" },
        },
        spec: { size: 1 },
      };
      const { inputs } = await check(session, widgetUrn, {}, widget);
      assert.equal(child(inputs, "metadata")["namespace"], "default");
      const { properties } = await make(placed(inputs), widgetUrn);
      await drop(properties, widgetUrn);

      const identity = {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        name: `widgets.${group}`,
        namespace: "",
      };
      const label = { metadata: { labels: { foreign: "x" } } };
      await objects.patch(identity, "application/merge-patch+json", label);
      const next = crd(["v1", "v1beta1"], "v1", { own: "y" });
      const state = await change(definition.properties, next, crdUrn);
      assert.deepEqual(pluck(state, "metadata", "labels"), { own: "y" });
    });

    it("refuses in the preview to drop a version that is still stored", async () => {
      const next = crd(["v1"], "v1");
      await assert.rejects(
        change(definition.properties, next, crdUrn, session, true),
        /status\.storedVersions/,
      );
    });

    it("answers with the inputs while the kind does not exist", async () => {
      const inputs = {
        apiVersion: `${group}/v9`,
        kind: "Widget",
        metadata: { name: "w", namespace },
      };
      const preview = await make(inputs, urn(`${group}/v9:Widget`), session, true);
      assert.deepEqual(preview, { id: "", properties: inputs });
    });

    it("names what blocks a delete, and keeps the object's state", async () => {
      const finalizers = ["example.org/blocked"];
      const inputs = {
        apiVersion: `${group}/v1`,
        kind: "Widget",
        metadata: { name: "stuck", namespace, finalizers },
      };
      const { properties } = await make(inputs, widgetUrn);
      await assert.rejects(drop(properties, widgetUrn, session, 1), (error: unknown) => {
        assert.ok(error instanceof InitFailed);
        assert.equal(error.message, "timed out waiting for the condition");
        return true;
      });
      assert.match(warnings.join("\n"), /preventing deletion \(example\.org\/blocked/);
      const identity = { apiVersion: `${group}/v1`, kind: "Widget", name: "stuck", namespace };
      const free = { metadata: { finalizers: null } };
      await objects.patch(identity, "application/merge-patch+json", free);
      await drop(properties, widgetUrn);
    });
  });

  describe("waiting", () => {
    const deploymentUrn = urn("apps/v1:Deployment");
    const deployment = (name: string, annotations: JsonObject): JsonObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, annotations },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            nodeSelector: { never: "there" },
            containers: [{ name: "c", image: "example.org/image:1" }],
          },
        },
      },
    });

    it("reports a Deployment that does not come up with its state and reasons", async () => {
      const inputs = deployment("stuck", {});
      await assert.rejects(make(inputs, deploymentUrn, session, false, 1), (error: unknown) => {
        assert.ok(error instanceof InitFailed);
        assert.equal(error.id, `${namespace}/stuck`);
        assert.match(error.message, /was successfully created, but .*'stuck' timed out/s);
        assert.notEqual(pluck(error.properties, "metadata", "uid"), undefined);
        assert.match(error.reasons.join("\n"), /Minimum number of live Pods/);
        return true;
      });
    });

    it("follows waitFor and skipAwait in place of the kind's rule", async () => {
      const waitFor = { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };
      const { properties } = await make(deployment("waits", waitFor), deploymentUrn);
      await drop(properties, deploymentUrn);
      await make(deployment("skips", { "pulumi.com/skipAwait": "true" }), deploymentUrn);
    });

    it("stops a wait when the engine cancels", async () => {
      const waiting = make(deployment("cancelled", {}), deploymentUrn);
      setTimeout(() => cancel.abort(), 300);
      await assert.rejects(waiting, /was cancelled for "cancelled"/);
      cancel = new AbortController();
      session = await open();
    });

    it("does not wait for a headless Service", async () => {
      const inputs = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "headless", namespace },
        spec: { clusterIP: "None", selector: { app: "x" }, ports: [{ port: 80 }] },
      };
      await make(inputs, urn("core/v1:Service"), session, false, 1);
    });
  });

  it("creates many objects at once over few connections, and logs each write", async () => {
    const before = readFileSync(join(folder, "writes"), "utf8").split("\n").length;
    const names = Array.from({ length: 40 }, (_, i) => `many-${i}`);
    await Promise.all(names.map((name) => make(configMap(name, {}), configMapUrn)));
    const lines = readFileSync(join(folder, "writes"), "utf8").split("\n");
    assert.equal(lines.length - before, 40);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    assert.deepEqual(JSON.parse(lines.at(-2) ?? ""), { verb: "POST", path, dryRun: false });
  });

  it("imports an object with what a program would write", async () => {
    await objects.create(configMap("imported", { a: "1" }), "other-tool", false);
    const id = `${namespace}/imported`;
    const found = await read(session, { id, urn: configMapUrn, inputs: {}, state: {} });
    assert.deepEqual(found.inputs, configMap("imported", { a: "1" }));
  });

  it("drops an unreachable cluster's resources only when told to", async () => {
    const content = JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c" } }],
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    });
    const away = await open({ kubeconfig: content });
    const inputs = configMap("away", {});
    const unreachable = /cluster is unreachable: .*ECONNREFUSED/;
    await assert.rejects(make(inputs, configMapUrn, away), unreachable);
    await assert.rejects(drop({ ...inputs }, configMapUrn, away), /PULUMI_K8S_DELETE_UNREACHABLE/);
    const dropping = await open({ kubeconfig: content, deleteUnreachable: "true" });
    await drop({ ...inputs }, configMapUrn, dropping);
  });
});

function placed(inputs: JsonObject): JsonObject {
  return { ...inputs, metadata: { ...child(inputs, "metadata"), namespace } };
}
