import assert from "node:assert/strict";
import { tokenOf } from "../../../provider/core/opaque";
import { read } from "../../../provider/core/spec/read";

const MINIMAL = { distribution: { version: "2.x" } };

describe("reading args", () => {
  it("puts the defaults of the reference in", () => {
    const { spec, problems, undecided } = read(MINIMAL);
    assert.deepEqual([problems, undecided], [[], []]);
    assert.deepEqual(spec, {
      namespace: "flux-system",
      distribution: {
        version: "2.x",
        registry: "ghcr.io/fluxcd",
        insecure: false,
        offline: false,
        updatePolicy: "range",
      },
      components: [
        "source-controller",
        "kustomize-controller",
        "helm-controller",
        "notification-controller",
      ],
      cluster: {
        type: "kubernetes",
        domain: "cluster.local",
        networkPolicy: true,
        multitenant: false,
        objectLevelWorkloadIdentity: false,
        multitenantWorkloadIdentity: false,
      },
      commonMetadata: { labels: {}, annotations: {} },
      kustomize: { patches: [] },
      wait: true,
      timeout: "5m",
      adopt: false,
      migrateResources: true,
      deletionPolicy: "Uninstall",
      deleteNamespace: false,
    });
  });

  it("keeps the network policies on when other cluster options are given", () => {
    assert.equal(read({ ...MINIMAL, cluster: { size: "small" } }).spec.cluster.networkPolicy, true);
  });

  it("takes null for absent", () => {
    const { spec, problems } = read({ ...MINIMAL, sync: null, storage: null, components: null });
    assert.deepEqual(problems, []);
    assert.equal(spec.sync, undefined);
    assert.equal(spec.components.length, 4);
  });

  it("takes an empty list of components for the default", () => {
    assert.equal(read({ ...MINIMAL, components: [] }).spec.components.length, 4);
  });

  it("cuts one slash off the registry", () => {
    const registryOf = (registry: string) =>
      read({ distribution: { version: "2.x", registry } }).spec.distribution.registry;
    assert.equal(registryOf("ghcr.io/fluxcd/"), "ghcr.io/fluxcd");
    assert.equal(registryOf("ghcr.io/fluxcd//"), "ghcr.io/fluxcd/");
  });

  it("takes an empty domain and an empty sync name for absent", () => {
    const sync = { kind: "GitRepository", url: "https://a.b", ref: "main", path: "./", name: "" };
    const { spec } = read({ ...MINIMAL, cluster: { domain: "" }, sync });
    assert.equal(spec.cluster.domain, "cluster.local");
    assert.equal(spec.sync?.name, undefined);
  });

  const wrong: readonly (readonly [string, object, string, RegExp])[] = [
    ["nothing", {}, "distribution", /is required/],
    ["no version", { distribution: {} }, "distribution.version", /is required: give a version/],
    [
      "a number",
      { distribution: { version: 2 } },
      "distribution.version",
      /expected a string, got 2/,
    ],
    ["an unknown component", { ...MINIMAL, components: ["flagger"] }, "components[0]", /"flagger"/],
    ["a typo", { ...MINIMAL, sink: {} }, "sink", /no property here; known are .*sync/],
    ["a nested typo", { ...MINIMAL, cluster: { siez: "small" } }, "cluster.siez", /size/],
    ["a wrong word", { ...MINIMAL, cluster: { size: "huge" } }, "cluster.size", /small, medium/],
    ["text for a flag", { ...MINIMAL, wait: "yes" }, "wait", /true or false/],
    ["text for a list", { ...MINIMAL, components: "source-controller" }, "components", /a list/],
    ["a list for an object", { ...MINIMAL, sync: [] }, "sync", /an object/],
    ["null in a list", { ...MINIMAL, components: [null] }, "components[0]", /a value/],
    [
      "a number for a label",
      { ...MINIMAL, commonMetadata: { labels: { "a.b/c": 1 } } },
      'commonMetadata.labels["a.b/c"]',
      /a string/,
    ],
    ["half a storage", { ...MINIMAL, storage: { size: "1Gi" } }, "storage.class", /is required/],
    [
      "a sync without kind",
      { ...MINIMAL, sync: { url: "u", ref: "r", path: "p" } },
      "sync.kind",
      /choose/,
    ],
  ];
  for (const [title, args, path, reason] of wrong) {
    it(`refuses ${title}`, () => {
      const { problems } = read(args);
      assert.deepEqual(
        problems.map((problem) => problem.path),
        [path],
      );
      assert.match(problems[0]?.reason ?? "", reason);
    });
  }

  it("lets an opaque value pass where it only fills a field", () => {
    const url = tokenOf("sync.url");
    const sync = { kind: "GitRepository", url, ref: "refs/heads/main", path: "./" };
    const { spec, problems, undecided } = read({ ...MINIMAL, sync });
    assert.deepEqual([problems, undecided], [[], []]);
    assert.equal(spec.sync?.url, url);
  });

  it("tells an opaque value where it decides which objects exist", () => {
    const token = tokenOf("components");
    const { problems, undecided } = read({ ...MINIMAL, components: token });
    assert.deepEqual(problems, []);
    assert.deepEqual(undecided, [{ path: "components", token }]);
  });

  it("never prints a token", () => {
    const sync = { kind: "Bucket", url: { a: tokenOf("sync.url.a") }, ref: "r", path: "p" };
    const { problems } = read({ ...MINIMAL, sync });
    assert.equal(problems[0]?.reason, 'expected a string, got {"a":"[secret or unknown]"}');
  });

  it("splits opaque common metadata into its two maps", () => {
    const { spec } = read({ ...MINIMAL, commonMetadata: tokenOf("commonMetadata") });
    assert.deepEqual(spec.commonMetadata, {
      labels: tokenOf("commonMetadata.labels"),
      annotations: tokenOf("commonMetadata.annotations"),
    });
  });

  it("never pollutes prototypes", () => {
    const labels: unknown = JSON.parse('{"__proto__": "x", "a": "b"}');
    read({ ...MINIMAL, commonMetadata: { labels } });
    assert.equal(({} as Record<string, unknown>)["x"], undefined);
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });
});
