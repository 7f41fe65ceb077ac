import assert from "node:assert/strict";
import { objectOf, patched } from "./rendering";

const annotate = (annotations: object) => [
  { op: "add", path: "/metadata/annotations", value: annotations },
];

describe("annotations of kustomize", () => {
  it("are taken off", async () => {
    const notes = { "config.kubernetes.io/index": "0", "internal.config.kubernetes.io/path": "a" };
    const result = await patched({ kind: "Service" }, annotate({ ...notes, mine: "1" }));
    const { annotations = {} } = objectOf(result, "Service", "source-controller").metadata;
    assert.equal(annotations["mine"], "1");
    assert.ok(Object.keys(notes).every((key) => !(key in annotations)));
  });

  for (const [value, kinds] of [
    ["true", []],
    ["false", ["Service"]],
  ] as const) {
    it(`${value === "true" ? "leave out" : "keep"} an object with local-config: ${value}`, async () => {
      const local = annotate({ "config.kubernetes.io/local-config": value });
      const { objects } = await patched({ kind: "Service" }, local);
      const services = objects.map(({ manifest }) => manifest.kind).filter((k) => k === "Service");
      assert.deepEqual(services, kinds);
    });
  }
});
