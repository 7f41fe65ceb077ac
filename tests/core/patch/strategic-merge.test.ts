import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { JsonObject } from "../../../provider/core/manifest";
import { mergeStrategic, parsePatchText } from "../../../provider/core/patch";
import { controller, draft, patchedOne, patchErrorOf } from "./drafts";

function merged(yaml: string, object = controller) {
  const [patch] = parsePatchText(yaml);
  return mergeStrategic(object.manifest, patch as JsonObject);
}

type Fields = Readonly<Record<string, unknown>>;

function items(fields: Fields, key: string): readonly Fields[] {
  return fields[key] as readonly Fields[];
}

/** The pod spec of the controller after merging `yaml` into it. */
function podSpec(yaml: string): Fields {
  const indented = yaml.replaceAll(/^/gm, "      ");
  const result = merged(`spec:\n  template:\n    spec:\n${indented}`);
  const spec = result?.["spec"] as { template: { spec: Fields } };
  return spec.template.spec;
}

function container(yaml: string): Fields {
  const indented = yaml.replaceAll(/^/gm, "  ");
  const [first] = items(podSpec(`containers:\n- name: manager\n${indented}`), "containers");
  return first!;
}

const service = draft(`
apiVersion: v1
kind: Service
metadata: {name: s}
spec:
  ports:
  - {port: 80, name: http, protocol: TCP, targetPort: http}
  - {port: 443, name: https, protocol: TCP, targetPort: https}
`);

// Recorded from sigs.k8s.io/kustomize/api v0.21.1 unless said otherwise.
describe("strategic merge", () => {
  it("sets a scalar and keeps the rest", () => {
    assert.deepEqual(merged("spec: {replicas: 2}"), {
      ...controller.manifest,
      spec: { ...(controller.manifest["spec"] as object), replicas: 2 },
    });
  });

  it("items of the patch come first, in its order, then the untouched ones", () => {
    const env = container("env:\n- {name: B, value: b}\n- {name: TUF_ROOT, value: /x}")["env"];
    assert.deepEqual(env, [
      { name: "B", value: "b" },
      { name: "TUF_ROOT", value: "/x" },
      {
        name: "RUNTIME_NAMESPACE",
        valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
      },
    ]);
  });

  it("a sidecar becomes the first container", () => {
    const containers = items(podSpec("containers:\n- {name: side, image: i}"), "containers");
    assert.deepEqual(
      containers.map(({ name }) => name),
      ["side", "manager"],
    );
  });

  it("an item keeps what the patch does not mention; null takes it away", () => {
    const kept = items(container("env: [{name: RUNTIME_NAMESPACE, value: x}]"), "env")[0]!;
    assert.ok("valueFrom" in kept);
    const env = items(
      container("env: [{name: RUNTIME_NAMESPACE, value: x, valueFrom: null}]"),
      "env",
    );
    assert.deepEqual(env[0], { name: "RUNTIME_NAMESPACE", value: "x" });
  });

  it("null takes away a field, a map and a list, and adds nothing", () => {
    assert.deepEqual(container("resources: {limits: {cpu: null}}")["resources"], {
      limits: { memory: "1Gi" },
    });
    assert.equal("resources" in container("resources: null"), false);
    assert.equal("containers" in podSpec("containers: null"), false);
    assert.deepEqual(container("securityContext: {a: null, b: {c: null}}")["securityContext"], {
      b: {},
    });
  });

  it("$patch: delete takes away a map or an item", () => {
    assert.equal("resources" in container("resources: {$patch: delete}"), false);
    const env = items(container("env: [{name: TUF_ROOT, $patch: delete}]"), "env");
    assert.deepEqual(
      env.map(({ name }) => name),
      ["RUNTIME_NAMESPACE"],
    );
  });

  it("$patch: replace replaces a map or a list, $patch: merge is the default", () => {
    assert.deepEqual(container("resources: {$patch: replace, requests: {cpu: 1m}}")["resources"], {
      requests: { cpu: "1m" },
    });
    assert.deepEqual(container("env: [{$patch: replace}, {name: A, value: a}]")["env"], [
      { name: "A", value: "a" },
    ]);
    assert.deepEqual(container("resources: {$patch: merge, requests: {cpu: 1m}}")["resources"], {
      limits: { cpu: "1000m", memory: "1Gi" },
      requests: { cpu: "1m" },
    });
  });

  it("$patch: delete of the whole object leaves none", () => {
    assert.equal(merged("$patch: delete"), undefined);
  });

  it("args and tolerations are replaced", () => {
    assert.deepEqual(container("args: [--x]")["args"], ["--x"]);
    assert.deepEqual(podSpec("tolerations: [{key: b}]")["tolerations"], [{ key: "b" }]);
  });

  it("volumes by name, mounts by path, host aliases by ip", () => {
    assert.deepEqual(podSpec("volumes: [{name: tmp, emptyDir: {}}]")["volumes"], [
      { name: "tmp", emptyDir: {} },
      { name: "data", emptyDir: {} },
    ]);
    assert.deepEqual(container("volumeMounts: [{mountPath: /data, name: big}]")["volumeMounts"], [
      { mountPath: "/data", name: "big" },
    ]);
    assert.deepEqual(podSpec("hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]")["hostAliases"], [
      { ip: "1.1.1.1", hostnames: ["a"] },
    ]);
  });

  it("a port merges by number and protocol, and keeps its place", () => {
    const ports = container("ports: [{containerPort: 8080, protocol: TCP, name: m}]")["ports"];
    assert.deepEqual(ports, [
      { containerPort: 9090, name: "http", protocol: "TCP" },
      { containerPort: 8080, name: "m", protocol: "TCP" },
    ]);
    const udp = merged("spec: {ports: [{port: 80, protocol: UDP, name: u}]}", service);
    assert.equal((udp?.["spec"] as { ports: unknown[] }).ports.length, 3);
  });

  it("a port without protocol is dropped when there is one with it, and added when not", () => {
    const known = items(container("ports: [{containerPort: 8080, name: m}]"), "ports");
    assert.deepEqual(
      known.map(({ name }) => name),
      ["http", "http-prom"],
    );
    const added = items(container("ports: [{containerPort: 7070, name: m}]"), "ports");
    assert.deepEqual(
      added.map(({ name }) => name),
      ["m", "http", "http-prom"],
    );
  });

  it("finalizers are a set", () => {
    const object = draft("{apiVersion: v1, kind: Secret, metadata: {name: s, finalizers: [a, b]}}");
    const result = merged("metadata: {finalizers: [c, b]}", object);
    assert.deepEqual(result?.metadata["finalizers"], ["c", "b", "a"]);
  });

  it("imagePullSecrets of a ServiceAccount are replaced, its secrets merged", () => {
    const account = draft(
      "{apiVersion: v1, kind: ServiceAccount, metadata: {name: s}, imagePullSecrets: [{name: a}], secrets: [{name: a}]}",
    );
    const result = merged("{imagePullSecrets: [{name: b}], secrets: [{name: b}]}", account);
    assert.deepEqual(result?.["imagePullSecrets"], [{ name: "b" }]);
    assert.deepEqual(result["secrets"], [{ name: "b" }, { name: "a" }]);
  });

  it("lists of CRDs, roles and custom resources are replaced", () => {
    const kinds = [
      "apiextensions.k8s.io/v1, kind: CustomResourceDefinition",
      "rbac.authorization.k8s.io/v1, kind: ClusterRole",
      "source.toolkit.fluxcd.io/v1, kind: GitRepository",
    ];
    for (const kind of kinds) {
      const object = draft(
        `{apiVersion: ${kind}, metadata: {name: x}, list: [{name: a}, {name: b}]}`,
      );
      assert.deepEqual(merged("list: [{name: b, x: 1}]", object)?.["list"], [{ name: "b", x: 1 }]);
    }
  });

  it("the identity of the object stays, also when metadata is replaced", () => {
    const result = merged(
      "{apiVersion: v9, kind: Other, metadata: {$patch: replace, name: n, namespace: m, labels: {a: b}}}",
    );
    assert.equal(result?.apiVersion, "apps/v1");
    assert.equal(result.kind, "Deployment");
    assert.deepEqual(result.metadata, { name: "source-controller", labels: { a: "b" } });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ["spec: {$retainKeys: [a]}", "/spec/$retainKeys", "does not support"],
    ["{$setElementOrder/x: [a]}", "/$setElementOrder~1x", "does not support"],
    ["{$deleteFromPrimitiveList/x: [a]}", "/$deleteFromPrimitiveList~1x", "does not support"],
    ["spec: {$patch: remove}", "/spec/$patch", "one of delete, replace, merge"],
    ["$patch: replace", "/", "has no effect"],
    ["spec: text", "/spec", "a map in the object and a single value in the patch"],
    ["spec: {replicas: {a: 1}}", "/spec/replicas", "a single value in the object and a map"],
    [
      "spec: {template: {spec: {containers: [{image: i}]}}}",
      "/spec/template/spec/containers/0",
      "no name",
    ],
    [
      "spec: {template: {spec: {containers: [text]}}}",
      "/spec/template/spec/containers/0",
      "no name",
    ],
    [
      "spec: {template: {spec: {containers: [{name: manager, $patch: replace}]}}}",
      "/spec/template/spec/containers",
      "has no effect",
    ],
    [
      "spec: {template: {spec: {tolerations: [{$patch: delete}]}}}",
      "/spec/template/spec/tolerations",
      "replaced as a whole",
    ],
  ];
  for (const [patch, path, reason] of refused) {
    it(`refuses ${patch}`, () => {
      const error = patchErrorOf(() => merged(patch));
      assert.equal(error.path, path);
      assert.ok(error.reason.includes(reason), error.reason);
    });
  }

  it("merging maps twice is the same as once", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1, "a"),
        fc.array(fc.constantFrom(1, "b")),
        fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), tie("any")),
      ),
    })).any as fc.Arbitrary<JsonObject>;
    const spec = fc.dictionary(fc.constantFrom("a", "b", "c"), value);
    fc.assert(
      fc.property(spec, (change) => {
        const object = draft("{apiVersion: x/v1, kind: X, metadata: {name: x}}").manifest;
        const patch = { spec: change };
        const once = mergeStrategic(object, patch)!;
        assert.deepEqual(mergeStrategic(once, patch), once);
      }),
    );
  });

  it("a number stays a text where the old value has quotes", () => {
    const quota = draft(
      "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '1000', cpu: 1}}}",
    );
    const patch =
      "kind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: 5, cpu: 2, memory: 3}}";
    const { spec } = patchedOne(quota, { target: { kind: "ResourceQuota" }, patch });
    assert.deepEqual(spec, { hard: { pods: "5", cpu: 2, memory: 3 } });
  });
});
