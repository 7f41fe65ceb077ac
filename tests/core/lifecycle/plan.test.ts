import assert from "node:assert/strict";
import { FLUX_KINDS, type FluxKind } from "../../../provider/core/lifecycle/kinds";
import {
  planUninstall,
  printPlan,
  type LiveObject,
  type Survey,
  type Wish,
} from "../../../provider/core/lifecycle/plan";

const [release] = FLUX_KINDS["helm-controller"] as [FluxKind];
const [sync] = FLUX_KINDS["kustomize-controller"] as [FluxKind];
const live = (kind: string, name: string): LiveObject => ({
  group: "",
  version: "v1",
  plural: "any",
  kind,
  namespace: "flux-system",
  name,
});

const FULL: Survey = {
  namespace: "flux-system",
  deployments: [live("Deployment", "helm-controller")],
  kinds: [
    { kind: release, count: 3 },
    { kind: sync, count: 0 },
  ],
  rest: [live("Service", "source-controller")],
  hasNamespace: true,
  record: undefined,
  owned: [],
};
const EMPTY: Survey = { ...FULL, deployments: [], kinds: [], rest: [] };

const lines = (survey: Survey, wish: Partial<Wish> = {}) => {
  const whole: Wish = { deletionPolicy: "Uninstall", deleteNamespace: false, ...wish };
  return printPlan(planUninstall(survey, whole), whole, true);
};

describe("the plan of an uninstall", () => {
  const head = ["deleted Deployment/flux-system/helm-controller"];
  const definitions = [
    "deleted CustomResourceDefinition/helmreleases.helm.toolkit.fluxcd.io",
    "deleted CustomResourceDefinition/kustomizations.kustomize.toolkit.fluxcd.io",
  ];
  const rest = ["deleted Service/flux-system/source-controller"];

  it("stops the controllers first, then frees, then deletes", () => {
    const freed = ["freed 3 HelmRelease of Flux's finalizer; custom resources go with their CRD"];
    assert.deepEqual(lines(FULL), [...head, ...freed, ...definitions, ...rest]);
  });

  it("keeps the definitions, and the custom resources freed", () => {
    const freed = ["freed 3 HelmRelease of Flux's finalizer; custom resources stay"];
    assert.deepEqual(lines(FULL, { deletionPolicy: "KeepCRDs" }), [...head, ...freed, ...rest]);
  });

  it("keeps everything", () => {
    assert.deepEqual(lines(FULL, { deletionPolicy: "Retain", deleteNamespace: true }), []);
  });

  it("deletes the namespace last, where it is wanted and there", () => {
    const namespace = lines(FULL, { deleteNamespace: true }).at(-1);
    assert.equal(namespace, "deleted Namespace/flux-system, with everything in it");
    const absent = lines({ ...EMPTY, hasNamespace: false }, { deleteNamespace: true });
    assert.deepEqual(absent, []);
  });

  describe("of a FluxInstance", () => {
    const clusterWide = (kind: string, name: string): LiveObject => {
      return { group: "", version: "v1", plural: "any", kind, name };
    };
    const definition = clusterWide("CustomResourceDefinition", "a");
    const own: Survey = {
      ...EMPTY,
      record: clusterWide("ClusterRole", "flux-instance"),
      owned: [live("Service", "s"), definition, clusterWide("Namespace", "flux-system")],
    };
    const from = (name: string) => `removed the owner's id from ${name}`;
    const [service, crd, namespace] = [
      from("Service/flux-system/s"),
      from("CustomResourceDefinition/a"),
      from("Namespace/flux-system"),
    ];
    const record = "deleted ClusterRole/flux-instance";

    it("releases what stays, and removes the owner record last", () => {
      assert.deepEqual(lines(own), [namespace, record]);
      assert.deepEqual(lines(own, { deletionPolicy: "KeepCRDs" }), [crd, namespace, record]);
      assert.deepEqual(lines(own, { deletionPolicy: "Retain" }), [service, crd, namespace, record]);
    });

    it("releases no namespace that goes", () => {
      const last = lines(own, { deleteNamespace: true }).slice(-2);
      assert.deepEqual(last, ["deleted Namespace/flux-system, with everything in it", record]);
    });
  });

  it("is empty where there is nothing", () => {
    assert.deepEqual(lines(EMPTY), []);
  });
});
