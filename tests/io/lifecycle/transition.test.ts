import assert from "node:assert/strict";
import { without } from "../../../provider/core/deployment";
import { keyOf } from "../../../provider/core/lifecycle/ownership";
import type { JsonObject } from "../../../provider/core/manifest";
import type { State } from "../../../provider/io/lifecycle/lifecycle";
import { transition } from "../../../provider/io/lifecycle/transition";
import { kubeconfigOf } from "../../support/fake-api-server";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";
import { OTHER_URN, OWNER, transitionInputs } from "../../support/transition-inputs";

const NOWHERE = kubeconfigOf("http://127.0.0.1:1");

const resource = transition({});

const inputsOf = (more: JsonObject = {}): JsonObject =>
  transitionInputs({ cluster: "uid-1", server: "https://one/", kubeconfig: NOWHERE, ...more });

/** What the last update has recorded, as a look at the cluster finds it. */
const recordedBy = (inputs: JsonObject): JsonObject => ({
  ...inputs,
  claim: {
    id: inputs["owner"] as string,
    urn: inputs["instance"] as string,
    identity: inputs["identity"] as string,
    isCarried: true,
  },
  recorded: recordedWith(inputs["wanted"] as readonly string[]),
  absent: [],
});

const recordedWith = (wanted: readonly string[], absences: JsonObject = {}): JsonObject => ({
  wanted: wanted.toSorted(),
  absences,
});

const OLD = inputsOf();
const ROLE = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "one" };
const STATE: State = { owner: OWNER, cluster: "uid-1", left: [], volume: "", absences: {} };

const check = async (next: JsonObject, old?: JsonObject, ...unknown: readonly string[]) => {
  const former = old === undefined ? undefined : propertiesOf(old);
  const known = propertiesOf(without(next, ...unknown), ...unknown);
  return await resource.check!(known, former, recordedCall());
};

const reasonsOf = async (next: JsonObject, old?: JsonObject, ...unknown: readonly string[]) =>
  (await check(next, old, ...unknown)).map(({ reason }) => reason);

describe("the check of transition", () => {
  it("lets an update pass that loses nothing", async () => {
    assert.deepEqual(await check(recordedBy(OLD), OLD), []);
    assert.deepEqual(await check(OLD), []);
  });

  it("refuses by the inputs what would lose something, also where the cluster is not known", async () => {
    const next = inputsOf({ version: "v2.8.8" });
    for (const unknown of [[], ["kubeconfig"], ["cluster", "server", "kubeconfig"]]) {
      const problems = await check(next, OLD, ...unknown);
      assert.deepEqual(
        problems.map(({ path }) => path),
        ["version"],
      );
    }
  });

  it("waits for what decides", async () => {
    const next = inputsOf({ namespace: "other" });
    assert.equal((await check(next, OLD)).length, 1);
    assert.deepEqual(await check(next, OLD, "version"), []);
  });

  it("refuses another cluster, until the user names it; there is no before in it", async () => {
    const elsewhere = { cluster: "uid-2", server: "https://two/" };
    const moved = inputsOf({ ...elsewhere, version: "v2.8.8" });
    const [reason = "", ...more] = await reasonsOf(moved, OLD);
    assert.deepEqual(more, []);
    assert.match(reason, /UID uid-1.*FLUX_INSTANCE_MOVE_TO_CLUSTER=uid-2/);
    assert.deepEqual(await check({ ...moved, moveTo: "uid-2" }, OLD), []);
    const claim = { id: "another", urn: OTHER_URN, identity: "theirs", isCarried: true };
    const [taken = ""] = await reasonsOf({ ...moved, moveTo: "uid-2", claim }, OLD);
    assert.match(taken, /belongs to another FluxInstance/);
  });

  it("refuses an id that is not confirmed", async () => {
    const recorded = recordedBy(OLD);
    const replaced = { ...recorded, identity: "new-token" };
    assert.deepEqual(await check(replaced, OLD), [], "the last update knows the id");
    assert.deepEqual(await check(recorded), [], "the record knows the Identity");
    const [lost = ""] = await reasonsOf(replaced);
    assert.match(lost, /the state does not know this id.*pulumi state untaint/);
    assert.deepEqual(await check({ ...replaced, takeOver: OWNER }), []);
    const [taken = ""] = await reasonsOf(
      { ...recorded, claim: { ...(recorded["claim"] as JsonObject), identity: "theirs" } },
      OLD,
    );
    assert.match(taken, /another state has taken over this id/);
  });
});

describe("transition as a resource", () => {
  const diff = async (inputs: JsonObject, ...unknown: readonly string[]) => {
    const [given, old] = [without(inputs, ...unknown), { ...OLD, recordings: 0, absences: {} }];
    const filled = resource.fill!(
      propertiesOf(given, ...unknown),
      propertiesOf(old),
      new Uint8Array(32),
    );
    const next = propertiesOf({ ...given, ...filled }, ...unknown);
    const { updated, replaced } = await resource.diff(next, knownOf(STATE, old), recordedCall());
    assert.deepEqual(replaced, []);
    return updated;
  };

  it("is changed by what it is told, and by nothing else", async () => {
    assert.deepEqual(await diff(recordedBy(OLD)), []);
    const quiet = { kubeconfig: "other", server: "https://two/", deleteUnreachable: true };
    const named = { takeOver: "an-id", moveTo: "uid-1" };
    assert.deepEqual(await diff({ ...recordedBy(OLD), ...quiet, ...named }), []);
    const upgraded = recordedBy(inputsOf({ version: "v2.9.5" }));
    assert.deepEqual(await diff(upgraded), ["version"]);
    assert.deepEqual(await diff(recordedBy(OLD), "kubeconfig"), []);
    assert.deepEqual(await diff(recordedBy(OLD), "version"), ["version"]);
  });

  it("is unchanged in a preview that did not look at the cluster", async () => {
    assert.deepEqual(await diff(OLD, "cluster", "server"), []);
  });

  it("records again what the cluster does not have as the last update has recorded it", async () => {
    const recorded = recordedBy(OLD);
    const claim = recorded["claim"] as JsonObject;
    const sorted = ["notification-controller", "source-controller"];
    assert.notDeepEqual(OLD["wanted"], sorted, "the order is of no matter");
    assert.deepEqual(await diff({ ...recorded, recorded: recordedWith(sorted) }), []);
    const stale: readonly (readonly [what: string, inputs: JsonObject])[] = [
      ["no record", without(recorded, "claim", "recorded")],
      ["another URN", { ...recorded, claim: { ...claim, urn: OTHER_URN } }],
      ["another Identity", { ...recorded, claim: { ...claim, identity: "older" } }],
      ["a destroy that has failed", { ...recorded, recorded: recordedWith([]) }],
      ["another list", { ...recorded, recorded: recordedWith(["kustomize-controller"]) }],
    ];
    for (const [what, inputs] of stale) assert.deepEqual(await diff(inputs), ["recordings"], what);
  });

  it("counts what is missing of the last update, by its state and the record", () => {
    const added = { ...ROLE, name: "two" };
    const [key, addedKey] = [keyOf(ROLE), keyOf(added)];
    const old = { ...OLD, objects: [ROLE], absences: { [key]: 2 } };
    const absencesOf = (inputs: JsonObject, last?: JsonObject) => {
      const former = last === undefined ? undefined : propertiesOf(last);
      return resource.fill!(propertiesOf(inputs), former, new Uint8Array(32))["absences"];
    };
    const next = { ...OLD, objects: [ROLE, added] };
    const recorded = (count: number) => ({ recorded: recordedWith([], { [key]: count }) });
    const absent = [key, addedKey];
    assert.deepEqual(absencesOf({ ...next, absent: [] }, old), { [key]: 2 });
    assert.deepEqual(absencesOf({ ...next, absent }, old), { [key]: 3 });
    assert.deepEqual(absencesOf(next, old), { [key]: 2 }, "not looked at");
    assert.deepEqual(absencesOf({ ...next, absent, ...recorded(7) }, old), { [key]: 8 });
    assert.deepEqual(absencesOf({ ...next, absent: [], ...recorded(7) }), { [key]: 7 });
    const replaced = absencesOf({ ...next, absent, ...recorded(7) });
    assert.deepEqual(replaced, { [key]: 8, [addedKey]: 1 }, "without a state");
    assert.deepEqual(absencesOf({ ...next, absent }), {}, "a first update");
  });

  it("is changed once by what is missing", async () => {
    const [old, key] = [{ ...OLD, objects: [ROLE] }, keyOf(ROLE)];
    const call = recordedCall();
    const missing = { ...old, absences: { [key]: 1 }, absent: [key] };
    const known = knownOf(STATE, { ...old, absences: {} });
    const { updated } = await resource.diff(propertiesOf(missing), known, call);
    assert.deepEqual(updated, ["absences"]);
    const state = await resource.preview!(propertiesOf(missing), known, call);
    assert.deepEqual(state["absences"], { [key]: 1 });
    assert.match(call.warnings.join("\n"), /^Missing in the cluster.*: ClusterRole\/one\./);
    const healed = propertiesOf({ ...missing, absent: [] });
    const after = await resource.diff(healed, knownOf(STATE, missing), call);
    assert.deepEqual(after.updated, []);
  });

  it("keeps its last answer about the Namespace where the cluster was not looked at", () => {
    const left = ["labels/team"];
    const fill = (inputs: JsonObject, old?: JsonObject) =>
      resource.fill!(
        propertiesOf(inputs),
        old === undefined ? undefined : propertiesOf(old),
        new Uint8Array(),
      );
    assert.deepEqual(fill(OLD, { ...OLD, left })["left"], left);
    assert.equal("left" in fill({ ...OLD, left: [] }, { ...OLD, left }), false);
    assert.equal("left" in fill(OLD), false);
  });
});

describe("the preview of transition", () => {
  before(async () => {
    // It takes seconds on a busy machine, and is no part of what is measured.
    await import("../../../provider/io/cluster/kube-config.js");
  });

  const preview = async (inputs: JsonObject, old?: JsonObject, ...unknown: readonly string[]) => {
    const call = recordedCall();
    const next = propertiesOf(without(inputs, ...unknown), ...unknown);
    const known = old === undefined ? undefined : knownOf(STATE, old);
    const state = await resource.preview!(next, known, call);
    return { state, warnings: call.warnings };
  };
  const storage = (size: string, allowReplace: boolean): JsonObject => ({
    storage: { class: "fast", size, allowReplace },
  });

  it("knows all outputs, and of an unknown cluster the last one", async () => {
    const left = ["labels/team"];
    const state = { owner: OWNER, cluster: "uid-1", left, volume: "", absences: {} };
    const inputs = { ...OLD, left };
    assert.deepEqual(await preview(inputs), { state, warnings: [] });
    assert.deepEqual(await preview(inputs, OLD), { state, warnings: [] });
    assert.deepEqual((await preview(inputs, OLD, "cluster", "server")).state, state);
    const fresh = await preview(inputs, undefined, "cluster", "server");
    assert.deepEqual(fresh.state, without(state, "cluster"));
  });

  it("does not know a volume that is going to be replaced", async () => {
    const old = inputsOf(storage("1Gi", false));
    const volumeOf = async (next: JsonObject, ...unknown: readonly string[]) =>
      (await preview(inputsOf(next), old, ...unknown)).state["volume"];
    assert.equal(await volumeOf(storage("1Gi", true)), "fast 1Gi");
    assert.equal(await volumeOf(storage("2Gi", true)), undefined);
    assert.equal(await volumeOf(storage("2Gi", false)), "fast 2Gi", "it is grown in place");
    assert.equal((await preview(old)).state["volume"], "fast 1Gi");
  });

  it("asks nothing where nothing goes", async () => {
    const next = inputsOf({ version: "v2.9.5" });
    assert.deepEqual((await preview(next, OLD)).warnings, []);
  });

  it("has one warning for a cluster that can't be reached, and tells what goes by the inputs", async () => {
    const next = inputsOf({ components: ["source-controller"] });
    const start = Date.now();
    const { warnings } = await preview(next, OLD);
    assert.ok(Date.now() - start < 5_000);
    assert.equal(warnings.length, 2);
    const outlook = warnings.find((line) => line.includes("notification-controller"));
    assert.match(outlook ?? "", /will be removed.*can't be counted/);
    const failure = warnings.find((line) => line !== outlook);
    assert.match(failure ?? "", /^could not look at the cluster: .*http:\/\/127\.0\.0\.1:1/);
    const blind = await preview(next, OLD, "kubeconfig");
    assert.equal(blind.warnings.length, 1);
  });
});
