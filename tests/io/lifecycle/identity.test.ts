import assert from "node:assert/strict";
import { without } from "../../../provider/core/deployment";
import type { JsonObject } from "../../../provider/core/manifest";
import type { Properties, State } from "../../../provider/io/lifecycle/lifecycle";
import { identity } from "../../../provider/io/lifecycle/identity";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";

const URN = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux";
const OTHER = "urn:pulumi:dev::fleet::flux-instance:index:FluxInstance::flux";

const resource = identity({});

/** 32 bytes that count up from a first one. */
const seedFrom = (first: number) => Uint8Array.from({ length: 32 }, (_, index) => first + index);
const DRAWN = "0001020304050607";
const TOKEN = "08090a0b0c0d0e0f";

const inputsOf = (more: JsonObject = {}): JsonObject => ({
  cluster: "uid-1",
  server: "https://one/",
  instance: URN,
  moveTo: "",
  takeOver: "",
  ...more,
});

const claimOf = (more: JsonObject = {}): JsonObject => ({
  id: "an-id",
  urn: URN,
  identity: "a-token",
  isCarried: true,
  ...more,
});

/** The inputs as the engine has them after a check. */
const filled = (inputs: JsonObject, old?: JsonObject, seed = seedFrom(0)): JsonObject => {
  const before = old === undefined ? undefined : propertiesOf(old);
  return { ...inputs, ...resource.fill!(propertiesOf(inputs), before, seed) };
};

const reasonsOf = async (inputs: JsonObject, old?: JsonObject) => {
  const before = old === undefined ? undefined : propertiesOf(old);
  const problems = await resource.check!(propertiesOf(inputs), before, recordedCall());
  return problems.map(({ reason }) => reason);
};

const create = (inputs: JsonObject) =>
  resource.create(propertiesOf(filled(inputs)), recordedCall());

const OLD = filled(inputsOf());
const STATE: State = { owner: DRAWN, token: TOKEN, cluster: "uid-1", server: "https://one/" };

/** An update from the state above. */
const update = (inputs: JsonObject) =>
  resource.update(propertiesOf(filled(inputs, OLD)), knownOf(STATE, OLD), recordedCall());

describe("identity", () => {
  it("draws an id and a token from the seed, and keeps them", async () => {
    assert.deepEqual(OLD, { ...inputsOf(), drawn: DRAWN, token: TOKEN });
    const kept = filled(inputsOf(), OLD, seedFrom(100));
    assert.deepEqual(kept, OLD);
    assert.notEqual(filled(inputsOf(), undefined, seedFrom(100))["token"], TOKEN);
    assert.deepEqual(await create(inputsOf()), STATE);
    assert.deepEqual(await update(inputsOf()), STATE);
  });

  it("has the same id in the preview, also where the cluster was not looked at", async () => {
    const preview = (inputs: Properties, known?: State) => {
      const before = known === undefined ? undefined : knownOf(known, OLD);
      return resource.preview!(inputs, before, recordedCall());
    };
    assert.deepEqual(await preview(propertiesOf(OLD)), STATE);
    const blind = propertiesOf(without(OLD, "cluster", "server"), "cluster", "server");
    assert.deepEqual(await preview(blind), { owner: DRAWN, token: TOKEN });
    assert.deepEqual(await preview(blind, STATE), STATE);
  });

  it("is changed by another id or cluster, not by an address or by who claims the cluster", async () => {
    const diff = async (inputs: JsonObject, ...unknown: readonly string[]) => {
      const next = propertiesOf(filled(without(inputs, ...unknown), OLD), ...unknown);
      const { updated, replaced } = await resource.diff(next, knownOf(STATE, OLD), recordedCall());
      assert.deepEqual(replaced, []);
      return updated;
    };
    assert.deepEqual(await diff(inputsOf()), []);
    const claim = claimOf({ id: DRAWN });
    assert.deepEqual(await diff(inputsOf({ server: "https://two/", claim, instance: OTHER })), []);
    assert.deepEqual(await diff(inputsOf(), "cluster", "server"), []);
    assert.deepEqual(await diff(inputsOf({ cluster: "uid-2", moveTo: "uid-2" })), ["cluster"]);
    assert.deepEqual(await diff(inputsOf({ takeOver: "an-id" })), ["owner"]);
  });
});

describe("the id that identity keeps", () => {
  const claim = claimOf();
  const created: readonly (readonly [what: string, more: JsonObject, owner: string])[] = [
    ["a free cluster: a new one", {}, DRAWN],
    ["a record of the same URN: that one, as a candidate", { claim }, "an-id"],
    ["a record of another URN: a new one", { claim: claimOf({ urn: OTHER }) }, DRAWN],
    ["a step that names an id: that one", { takeOver: "lost-id" }, "lost-id"],
    [
      "a step, and a record of another URN",
      { claim: claimOf({ urn: OTHER }), takeOver: "an-id" },
      "an-id",
    ],
    ["a step for objects that have lost their record", { claim, takeOver: "lost-id" }, "lost-id"],
  ];
  for (const [what, more, owner] of created) {
    it(`is, without a state and with ${what}`, async () => {
      assert.equal((await create(inputsOf(more)))["owner"], owner);
    });
  }

  const updated: readonly (readonly [what: string, more: JsonObject, owner: string])[] = [
    ["its own record", { claim: claimOf({ id: DRAWN }) }, DRAWN],
    ["no record, as after a removal by hand", {}, DRAWN],
    ["the record of another id", { claim }, DRAWN],
    ["a step that names the other id", { claim, takeOver: "an-id" }, "an-id"],
    [
      "a step that names another id, while the record confirms this one",
      { claim: claimOf({ id: DRAWN }), takeOver: "an-id" },
      DRAWN,
    ],
    ["a rename", { claim: claimOf({ id: DRAWN, urn: OTHER }) }, DRAWN],
    ["another cluster", { cluster: "uid-2", moveTo: "uid-2", claim }, DRAWN],
  ];
  for (const [what, more, owner] of updated) {
    it(`is, with a state and ${what}, ${owner === DRAWN ? "the same" : "the one of the step"}`, async () => {
      const { owner: found, token } = await update(inputsOf(more));
      assert.deepEqual([found, token], [owner, TOKEN]);
    });
  }
});

describe("the check of identity", () => {
  it("refuses another cluster, until the user names it", async () => {
    assert.deepEqual(await reasonsOf(inputsOf({ server: "https://two/" }), OLD), []);
    const elsewhere = inputsOf({ cluster: "uid-2", server: "https://two/" });
    const [reason = "", ...more] = await reasonsOf(elsewhere, OLD);
    assert.deepEqual(more, []);
    assert.match(reason, /https:\/\/one\/ \(UID uid-1\).*FLUX_INSTANCE_MOVE_TO_CLUSTER=uid-2/);
    assert.deepEqual(await reasonsOf({ ...elsewhere, moveTo: "uid-2" }, OLD), []);
    assert.deepEqual(await reasonsOf(elsewhere), [], "there is no cluster before the first update");
  });

  it("refuses a move to a cluster of another instance, and allows the way back", async () => {
    const moved = { cluster: "uid-2", server: "https://two/", moveTo: "uid-2" };
    for (const urn of [URN, OTHER]) {
      const claim = claimOf({ urn });
      const [reason = "", ...more] = await reasonsOf(inputsOf({ ...moved, claim }), OLD);
      assert.deepEqual(more, []);
      assert.match(reason, /belongs to .*FLUX_INSTANCE_TAKE_OVER=/, urn);
      const both = inputsOf({ ...moved, claim, takeOver: "an-id" });
      assert.deepEqual(await reasonsOf(both, OLD), []);
    }
    const own = inputsOf({ ...moved, claim: claimOf({ id: DRAWN, urn: OTHER }) });
    assert.deepEqual(await reasonsOf(own, OLD), []);
  });

  it("refuses nothing where the cluster was not looked at", async () => {
    assert.deepEqual(await reasonsOf(without(inputsOf(), "cluster", "server"), OLD), []);
  });

  it("refuses a newcomer in a cluster of another one, and leaves the rest to Transition", async () => {
    const claim = claimOf({ urn: OTHER });
    const [reason = ""] = await reasonsOf(inputsOf({ claim }));
    assert.match(reason, /belongs to another FluxInstance, .*dev::fleet.*in stack fleet\/dev/);
    assert.deepEqual(await reasonsOf(inputsOf({ claim, takeOver: "an-id" })), []);
    assert.deepEqual(await reasonsOf(inputsOf({ claim: claimOf() })), []);
    assert.deepEqual(await reasonsOf(inputsOf({ claim }), OLD), []);
  });
});
