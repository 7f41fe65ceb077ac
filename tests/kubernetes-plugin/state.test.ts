import assert from "node:assert/strict";

import type { JsonObject } from "../../provider/core/manifest";
import { isPatch, kindOfToken, typeOfUrn } from "../support/kubernetes-plugin/identity";
import { isFromCreate, takeOverPatch } from "../support/kubernetes-plugin/managed-fields";
import { respell } from "../support/kubernetes-plugin/shape";
import {
  fieldManagerOf,
  parseCheckpoint,
  printCheckpoint,
} from "../support/kubernetes-plugin/state";
import { makeSecret } from "../support/kubernetes-plugin/struct";

describe("kubernetes-plugin state", () => {
  it("keeps inputs, live object and field manager, with CRD fields spelled for Pulumi", () => {
    const inputs = { kind: "W", spec: { "x-kubernetes-map-type": "atomic", token: "t" } };
    const live = { ...inputs, status: { ok: true } };
    const secrets = { spec: { token: makeSecret("t") } };
    const checkpoint = { inputs, live, initialApiVersion: "e/v1", fieldManager: "m" };
    const state = printCheckpoint(checkpoint, secrets);
    assert.deepEqual(state["spec"], { x_kubernetes_map_type: "atomic", token: makeSecret("t") });
    assert.deepEqual(parseCheckpoint(state), checkpoint);
  });

  it("chooses the field manager: annotation, state, new", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "flux" } } };
    assert.equal(fieldManagerOf(annotated, "kept"), "flux");
    assert.equal(fieldManagerOf({}, "kept"), "kept");
    assert.match(fieldManagerOf({}, ""), /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.equal(fieldManagerOf(annotated, "kept", false), "pulumi-kubernetes");
  });

  it("spells what did not drift as the user did, and shows what did", () => {
    const inputs: JsonObject = {
      apiVersion: "v1",
      kind: "Pod",
      spec: { args: [], limits: { cpu: "1000m", memory: "1Gi" }, image: "a" },
    };
    const live: JsonObject = {
      apiVersion: "v1",
      kind: "Pod",
      spec: { limits: { cpu: "1", memory: "2Gi" }, image: "a", added: 1 },
      status: {},
    };
    assert.deepEqual(respell(live, inputs), {
      apiVersion: "v1",
      kind: "Pod",
      spec: { args: [], limits: { cpu: "1000m", memory: "2Gi" }, image: "a" },
    });
  });

  it("gives stringData back from the live data", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", stringData: { a: "x", b: "y" } };
    const live = { apiVersion: "v1", kind: "Secret", data: { a: "eA==", c: "eA==" } };
    assert.deepEqual(respell(live, inputs), { ...inputs, stringData: { a: "x" } });
  });
});

describe("kubernetes-plugin identity", () => {
  const urn = (type: string): string => `urn:pulumi:s::p::a:b:C$${type}::name`;

  it("reads tokens", () => {
    assert.equal(typeOfUrn(urn("kubernetes:apps/v1:Deployment")), "kubernetes:apps/v1:Deployment");
    assert.deepEqual(kindOfToken("kubernetes:core/v1:Secret"), {
      apiVersion: "v1",
      kind: "Secret",
    });
    assert.deepEqual(kindOfToken("kubernetes:apps/v1:Deployment"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
    });
  });

  it("knows a Patch from a custom resource whose kind ends alike", () => {
    assert.equal(isPatch(urn("kubernetes:core/v1:NamespacePatch"), { kind: "Namespace" }), true);
    assert.equal(isPatch(urn("kubernetes:e/v1:HotPatch"), { kind: "HotPatch" }), false);
  });
});

describe("kubernetes-plugin managed fields", () => {
  const created = {
    manager: "pulumi-kubernetes",
    operation: "Update",
    apiVersion: "v1",
    fieldsV1: { "f:data": { "f:a": {} } },
  };
  const other = { manager: "node", operation: "Update", fieldsV1: { "f:data": { "f:z": {} } } };
  const live = (...managedFields: JsonObject[]): JsonObject => ({
    metadata: { resourceVersion: "7", managedFields },
  });

  it("gives the fields of the create to the field manager, beside those it has", () => {
    const own = { manager: "flux", operation: "Apply", fieldsV1: { "f:data": { "f:b": {} } } };
    assert.deepEqual(takeOverPatch(live(created, other, own), "flux"), [
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [{ ...own, fieldsV1: { "f:data": { "f:a": {}, "f:b": {} } } }, other],
      },
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
    ]);
  });

  it("has nothing to give once that is done", () => {
    assert.equal(takeOverPatch(live(other), "flux"), undefined);
    assert.equal(isFromCreate(live(created)), true);
    assert.equal(isFromCreate(live(other)), false);
  });
});
