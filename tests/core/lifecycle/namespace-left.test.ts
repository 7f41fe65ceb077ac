import assert from "node:assert/strict";
import { FIELD_MANAGER } from "../../../provider/core/lifecycle/marks";
import { leftToOthers } from "../../../provider/core/lifecycle/namespace-left";
import type { JsonObject, Manifest } from "../../../provider/core/manifest";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const RANGE = "openshift.io/sa.scc.uid-range";

const rendered: Manifest = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "flux-system",
    labels: { [ENFORCE]: "restricted", team: "flux" },
    annotations: { [RANGE]: "1000/1", note: "ours" },
  },
};

/** The fields that a manager has of the metadata: its labels and annotations by name. */
const entry = (
  manager: string,
  labels: readonly string[],
  annotations: readonly string[] = [],
): JsonObject => {
  const fields = (keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [`f:${key}`, {}] as const));
  const metadata = { "f:labels": fields(labels), "f:annotations": fields(annotations) };
  return { manager, operation: "Update", fieldsV1: { "f:metadata": metadata } };
};

const live = (metadata: JsonObject, ...managedFields: readonly JsonObject[]): JsonObject => ({
  metadata: { name: "flux-system", managedFields, ...metadata },
});

describe("labels and annotations of the Namespace", () => {
  it("are all claimed where the Namespace is absent, or has none of them", () => {
    assert.deepEqual(leftToOthers(rendered, undefined), []);
    assert.deepEqual(leftToOthers(rendered, live({})), []);
    assert.deepEqual(leftToOthers(rendered, {}), []);
    const other = live({ labels: { other: "label" } }, entry("kubectl", ["other"]));
    assert.deepEqual(leftToOthers(rendered, other), []);
  });

  it("are left where somebody else holds another value", () => {
    const found = live(
      {
        labels: { [ENFORCE]: "privileged", team: "platform" },
        annotations: { [RANGE]: "2000/1", note: "theirs" },
      },
      entry("cluster-policy-controller", [ENFORCE, "team"], [RANGE]),
      entry("kubectl-annotate", [], ["note"]),
    );
    assert.deepEqual(leftToOthers(rendered, found), [
      `labels/${ENFORCE}`,
      "labels/team",
      "annotations/note",
      `annotations/${RANGE}`,
    ]);
  });

  it("are claimed where somebody else holds the same value", () => {
    const labels = { [ENFORCE]: "restricted", team: "platform" };
    const found = live({ labels }, entry("kubectl", [ENFORCE, "team"]));
    assert.deepEqual(leftToOthers(rendered, found), ["labels/team"]);
  });

  it("are claimed where they are ours, or nobody's", () => {
    const labels = { [ENFORCE]: "privileged", team: "platform" };
    const ours = live({ labels }, entry(FIELD_MANAGER, [ENFORCE]));
    assert.deepEqual(leftToOthers(rendered, ours), []);
    const both = live({ labels }, entry(FIELD_MANAGER, [ENFORCE]), entry("kubectl", [ENFORCE]));
    assert.deepEqual(leftToOthers(rendered, both), [`labels/${ENFORCE}`]);
  });

  it("are told apart: an annotation is not held by who has a label of that name", () => {
    const found = live({ annotations: { note: "theirs" } }, entry("kubectl", ["note"]));
    assert.deepEqual(leftToOthers(rendered, found), []);
  });
});
