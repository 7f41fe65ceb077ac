import assert from "node:assert/strict";

import {
  fromStruct,
  hasSecret,
  hasUnknown,
  makeSecret,
  markSecrets,
  reveal,
  toStruct,
  unknownString,
} from "../support/kubernetes-plugin/struct";

const envelope = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: "hush",
};

describe("kubernetes-plugin struct", () => {
  it("keeps every JSON value on the way through a message", () => {
    const value = { a: 1, b: [true, null, "x", { c: 1.5 }], d: {}, e: [], f: envelope };
    assert.deepEqual(fromStruct(toStruct(value)), value);
  });

  it("leaves undefined fields out and reads an absent message as empty", () => {
    assert.deepEqual(fromStruct(toStruct({ a: undefined, b: 1 })), { b: 1 });
    assert.deepEqual(fromStruct(undefined), {});
  });

  it("reveals secrets at any depth", () => {
    const value = { a: envelope, b: [{ c: envelope }] };
    assert.deepEqual(reveal(value), { a: "hush", b: [{ c: "hush" }] });
  });

  it("wraps once", () => {
    assert.deepEqual(makeSecret("hush"), envelope);
    assert.deepEqual(makeSecret(envelope), envelope);
  });

  it("takes inner envelopes off what becomes secret as a whole", () => {
    assert.deepEqual(makeSecret({ a: envelope }), { ...envelope, value: { a: "hush" } });
  });

  it("finds secrets and unknowns at any depth, also within each other", () => {
    assert.equal(hasSecret({ a: [envelope] }), true);
    assert.equal(hasSecret({ a: ["hush"] }), false);
    assert.equal(hasUnknown({ a: [{ ...envelope, value: unknownString }] }), true);
    assert.equal(hasUnknown({ a: ["known"] }), false);
  });

  it("marks in the outputs what is secret in the inputs, and nothing beside it", () => {
    const outputs = { spec: { token: "t", url: "u" }, status: { ok: true } };
    const inputs = { spec: { token: envelope, url: "u" } };
    assert.deepEqual(markSecrets(outputs, inputs), {
      spec: { token: { ...envelope, value: "t" }, url: "u" },
      status: { ok: true },
    });
  });

  it("marks a list as a whole", () => {
    const marked = markSecrets({ list: ["a", "b"] }, { list: ["a", envelope] });
    assert.deepEqual(marked, { list: { ...envelope, value: ["a", "b"] } });
  });

  it("marks the data of a Secret always", () => {
    const secret = { kind: "Secret", data: { k: "dg==" }, stringData: { k: "v" }, type: "Opaque" };
    assert.deepEqual(markSecrets(secret, {}), {
      kind: "Secret",
      data: { ...envelope, value: { k: "dg==" } },
      stringData: { ...envelope, value: { k: "v" } },
      type: "Opaque",
    });
  });
});
