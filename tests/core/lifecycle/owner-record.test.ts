import assert from "node:assert/strict";
import {
  RECORD_NAME,
  recordIn,
  toRecordObject,
  type OwnerRecord,
} from "../../../provider/core/lifecycle/owner-record";
import type { JsonObject } from "../../../provider/core/manifest";

const PREFIX = "flux-instance.pulumi.com";

const RECORD: OwnerRecord = {
  id: "0123456789abcdef",
  urn: "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux",
  identity: "token",
  lineage: "first-token",
  readiness: "",
  wanted: ["/PersistentVolumeClaim/flux-system/data", "source-controller"],
  absences: { "apps/Deployment/flux-system/source-controller": 2 },
  resourceVersion: "7",
};

const objectWith = (annotations: JsonObject): JsonObject => ({
  metadata: { name: RECORD_NAME, annotations },
});

describe("the owner record", () => {
  it("is a ClusterRole that grants nothing", () => {
    const object = toRecordObject(RECORD);
    assert.equal(object["kind"], "ClusterRole");
    assert.deepEqual(object["rules"], []);
    assert.equal(object["aggregationRule"], undefined);
    assert.equal((object["metadata"] as JsonObject)["name"], "flux-instance");
  });

  it("comes back as it was written, with its list in order", () => {
    assert.deepEqual(recordIn(toRecordObject(RECORD)), RECORD);
    const reversed = { ...RECORD, wanted: [...RECORD.wanted].toReversed() };
    assert.deepEqual(recordIn(toRecordObject(reversed)), RECORD);
    const { resourceVersion, ...fresh } = RECORD;
    assert.equal(resourceVersion, "7");
    assert.deepEqual(recordIn(toRecordObject(fresh)), fresh);
    const destroyed = { ...RECORD, wanted: [] };
    assert.deepEqual(recordIn(toRecordObject(destroyed)), destroyed);
  });

  it("is none without a valid id", () => {
    const ids = ["", " ", "a b", "a\nb", "$(id)", "a`b`", "x".repeat(65), 7, null, ["a"]];
    for (const id of ids) {
      assert.equal(recordIn(objectWith({ [`${PREFIX}/id`]: id })), undefined, JSON.stringify(id));
    }
    assert.equal(recordIn({}), undefined);
    assert.equal(recordIn({ metadata: [] }), undefined);
    assert.equal(recordIn({ metadata: { annotations: "text" } }), undefined);
  });

  it("wants nothing where its list is not one, and no item that is not a text", () => {
    const wantedIn = (wanted: unknown) =>
      recordIn(objectWith({ [`${PREFIX}/id`]: "an-id", [`${PREFIX}/wanted`]: wanted as string }))
        ?.wanted;
    for (const hostile of ["", "[", "{}", "null", '"text"', "7", '{"length":1}', undefined, 7]) {
      assert.deepEqual(wantedIn(hostile), [], String(hostile));
    }
    assert.deepEqual(wantedIn('["a",1,null,["b"],{"toString":1},"__proto__"]'), ["a", "__proto__"]);
  });

  it("has empty texts for what is absent", () => {
    const empty = { urn: "", identity: "", lineage: "", readiness: "", wanted: [], absences: {} };
    assert.deepEqual(recordIn(objectWith({ [`${PREFIX}/id`]: "an-id" })), {
      id: "an-id",
      ...empty,
    });
  });
});
