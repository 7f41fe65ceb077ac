import assert from "node:assert/strict";

import type { JsonObject } from "../../provider/core/manifest";
import { parseWaitFor } from "../support/kubernetes-plugin/wait-for";

const object: JsonObject = {
  metadata: { uid: "u-1", generation: 2, labels: { "a.b/c": "d" } },
  spec: { replicas: 3, containers: [{ name: "c", image: "i" }] },
  status: {
    phase: "Active",
    observedGeneration: 2,
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Stalled", status: "False" },
    ],
  },
};

function holds(value: string, of: JsonObject = object): boolean {
  return parseWaitFor(value).every((wait) => wait.holds(of));
}

describe("kubernetes-plugin waitFor", () => {
  const met = [
    "jsonpath={.metadata.uid}",
    "jsonpath={.status.phase}=Active",
    "jsonpath={ $.spec.replicas }=3",
    "jsonpath={.spec.containers[0].image}=i",
    "jsonpath={.spec.containers[*].name}=c",
    "jsonpath={.metadata.labels['a.b/c']}=d",
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
    "condition=Ready",
    "condition=Stalled=False",
    '["condition=Ready", "jsonpath={.metadata.uid}"]',
  ];
  for (const value of met) it(`finds ${value}`, () => assert.equal(holds(value), true));

  const open = [
    "jsonpath={.status.absent}",
    "jsonpath={.status.phase}=Terminating",
    "condition=Stalled",
    "condition=Absent",
    '["condition=Ready", "condition=Absent"]',
  ];
  for (const value of open) it(`waits for ${value}`, () => assert.equal(holds(value), false));

  it("does not believe a status of an older generation", () => {
    const stale = { ...object, metadata: { uid: "u", generation: 3 } };
    assert.equal(holds("condition=Ready", stale), false);
    assert.equal(holds("jsonpath={.metadata.uid}", stale), false);
  });

  const wrong = ["Ready", "jsonpath=.metadata.uid", "jsonpath={.a}=", "jsonpath={..a}", "[]"];
  for (const value of wrong) {
    it(`refuses ${value}`, () => assert.throws(() => parseWaitFor(value), /pulumi\.com\/waitFor/));
  }

  it("refuses to compare an object with a text", () => {
    assert.throws(() => holds("jsonpath={.spec}=x"), /object or a list/);
  });
});
