import assert from "node:assert/strict";
import {
  definitionIn,
  definitionsOf,
  printVersions,
  toDefinitions,
  type Definition,
} from "../../../provider/core/lifecycle/definitions";
import { planMigration, type Stage } from "../../../provider/core/lifecycle/migration";
import {
  storedOnlyAt,
  storingAt,
  toLiveDefinition,
} from "../../../provider/core/lifecycle/migration-definition";
import { carryOwners } from "../../../provider/core/lifecycle/migration-fields";
import {
  lossesOf,
  printUse,
  summed,
  usesIn,
} from "../../../provider/core/lifecycle/migration-uses";
import type { JsonObject, Manifest } from "../../../provider/core/manifest";

const GROUP = "source.toolkit.fluxcd.io";
const NAME = `buckets.${GROUP}`;

/** A definition by its versions: `v1*` is stored, `v1-` is not served. */
const manifest = (versions: string, more: JsonObject = {}, group = GROUP): Manifest => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `buckets.${group}` },
  spec: {
    group,
    names: { kind: "Bucket", plural: "buckets" },
    versions: versions.split(" ").map((text) => ({
      name: text.replace(/[*-]/g, ""),
      served: !text.includes("-"),
      storage: text.includes("*"),
      subresources: { status: {} },
    })),
  },
  ...more,
});
const rendered = (versions: string) => definitionIn(manifest(versions))!;
const live = (versions: string, storedVersions: readonly string[], more: JsonObject = {}) =>
  toLiveDefinition({ ...manifest(versions), status: { storedVersions }, ...more })!;

describe("definitions", () => {
  it("are read from manifests, with their controller", () => {
    const other: Manifest = { apiVersion: "v1", kind: "Service", metadata: { name: "a" } };
    const [definition, ...rest] = definitionsOf([other, manifest("v1* v1beta2-")]);
    assert.deepEqual(rest, []);
    assert.deepEqual(definition, {
      name: NAME,
      group: GROUP,
      kind: "Bucket",
      plural: "buckets",
      component: "source-controller",
      versions: [
        { name: "v1", served: true, storage: true },
        { name: "v1beta2", served: false, storage: false },
      ],
    } satisfies Definition);
    assert.deepEqual(toDefinitions([definition]), [definition]);
    assert.throws(() => toDefinitions([{ name: "x" }]), /definitions must be a list/);
    assert.throws(() => toDefinitions(undefined), /definitions must be a list/);
  });

  it("have a text that changes with their versions only", () => {
    assert.equal(printVersions(rendered("v1* v1beta2-")), "v1 (storage), v1beta2 (not served)");
    assert.equal(printVersions(rendered("v1beta2- v1*")), printVersions(rendered("v1* v1beta2-")));
    const texts = ["v1*", "v1 v1beta2*", "v1* v1beta2", "v1* v1beta2-"];
    assert.equal(new Set(texts.map((text) => printVersions(rendered(text)))).size, texts.length);
  });
});

describe("the plan of a migration", () => {
  const steps = (stage: Stage, from: string, stored: readonly string[], to: string) =>
    planMigration(stage, [{ rendered: rendered(to), live: live(from, stored) }]).actions.map(
      (action) =>
        action.type === "settle"
          ? "settle"
          : action.type === "rewrite"
            ? `rewrite ${action.all ? "all" : "some"} ${action.version} by ${action.readAt} kept ${action.kept.join()}`
            : `${action.type} ${action.version}`,
    );

  const cases: readonly (readonly [string, Stage, string, string[], string, string[]])[] = [
    [
      "bridges versions that have none in common",
      "before",
      "v1beta1 v1beta2*",
      ["v1beta2"],
      "v1*",
      ["store v1", "settle", "rewrite all v1 by v1beta2 kept v1", "forget v1"],
    ],
    [
      "goes on with a bridge that is there",
      "before",
      "v1beta2 v1*",
      ["v1beta2", "v1"],
      "v1*",
      ["settle", "rewrite all v1 by v1 kept v1", "forget v1"],
    ],
    [
      "needs no bridge where the storage version stays",
      "before",
      "v1* v1beta2",
      ["v1beta2", "v1"],
      "v1* v2",
      ["settle", "rewrite all v1 by v1 kept v1,v2", "forget v1"],
    ],
    [
      "only carries owners where no stored version goes",
      "before",
      "v1* v1beta2",
      ["v1"],
      "v1*",
      ["rewrite some v1 by v1 kept v1"],
    ],
    [
      "lets a new storage version wait where the old one is kept",
      "before",
      "v1beta1*",
      ["v1beta1"],
      "v1beta1 v1beta2*",
      ["rewrite some v1beta1 by v1beta1 kept v1beta1,v1beta2"],
    ],
    [
      "moves to it afterwards",
      "after",
      "v1beta1 v1beta2*",
      ["v1beta1", "v1beta2"],
      "v1beta1 v1beta2*",
      ["settle", "rewrite all v1beta2 by v1beta2 kept v1beta2,v1beta1", "forget v1beta2"],
    ],
    [
      "looks for owners of versions that are gone",
      "after",
      "v1*",
      ["v1"],
      "v1*",
      ["rewrite some v1 by v1 kept v1"],
    ],
    [
      "goes back to a version that the cluster has",
      "before",
      "v1beta2 v1*",
      ["v1"],
      "v1beta2*",
      ["store v1beta2", "settle", "rewrite all v1beta2 by v1 kept v1beta2", "forget v1beta2"],
    ],
  ];
  for (const [title, stage, from, stored, to, wanted] of cases) {
    it(title, () => {
      assert.deepEqual(steps(stage, from, stored, to), wanted);
    });
  }

  it("leaves alone what is on its way out, converted by a webhook, or not of Flux", () => {
    const leaving = live("v1beta2*", ["v1beta2"], {
      metadata: { name: NAME, deletionTimestamp: "x" },
    });
    const converted = { ...live("v1beta2*", ["v1beta2"]), convertsByWebhook: true };
    const stranger = toLiveDefinition(manifest("v1beta2*", {}, "example.com"))!;
    const plan = (it: typeof leaving, wanted = rendered("v1*")) =>
      planMigration("before", [{ rendered: wanted, live: it }]);
    assert.deepEqual(plan(leaving), { actions: [], leftAlone: [] });
    assert.deepEqual(plan(converted), { actions: [], leftAlone: [rendered("v1*")] });
    const theirs = definitionIn(manifest("v1*", {}, "example.com"))!;
    assert.deepEqual(plan(stranger, theirs), { actions: [], leftAlone: [] });
    assert.deepEqual(plan(stranger), { actions: [], leftAlone: [] });
  });

  it("stores everything first and settles once", () => {
    const pair = { rendered: rendered("v1*"), live: live("v1beta2*", ["v1beta2"]) };
    const types = planMigration("before", [pair, pair]).actions.map(({ type }) => type);
    const each = ["rewrite", "forget"];
    assert.deepEqual(types, ["store", "store", "settle", ...each, ...each]);
  });
});

describe("a bridge", () => {
  it("adds a version that keeps every field, with the subresources of the old one", () => {
    const bridged = storingAt(manifest("v1beta1 v1beta2*"), "v1");
    const { versions } = bridged["spec"] as { versions: readonly JsonObject[] };
    assert.deepEqual(
      versions.map(({ name, served, storage }) => [name, served, storage]),
      [
        ["v1beta1", true, false],
        ["v1beta2", true, false],
        ["v1", true, true],
      ],
    );
    assert.deepEqual(versions[2]!["subresources"], { status: {} });
    const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    assert.deepEqual(versions[2]!["schema"], { openAPIV3Schema });
    assert.deepEqual(storingAt(bridged, "v1"), bridged);
  });

  it("is forgotten by its status", () => {
    const status = { conditions: [], storedVersions: ["v1beta2", "v1"] };
    const { status: left } = storedOnlyAt({ ...manifest("v1*"), status }, "v1");
    assert.deepEqual(left, { conditions: [], storedVersions: ["v1"] });
  });
});

describe("owners of fields", () => {
  const owner = (
    manager: string,
    version: string,
    fieldsV1: JsonObject,
    more: JsonObject = {},
  ) => ({
    manager,
    operation: "Update",
    apiVersion: `${GROUP}/${version}`,
    fieldsType: "FieldsV1",
    fieldsV1,
    ...more,
  });
  const carry = (...managedFields: readonly JsonObject[]) =>
    carryOwners({ managedFields }, { group: GROUP, kept: ["v1", "v2"], version: "v1" });

  it("stay where their versions stay", () => {
    assert.equal(carry(owner("a", "v1", {}), owner("b", "v2", {})), undefined);
    assert.equal(carry({ ...owner("a", "v1beta2", {}), apiVersion: "other/v1beta2" }), undefined);
    assert.equal(carryOwners({}, { group: GROUP, kept: [], version: "v1" }), undefined);
  });

  it("are carried, and become one where only the version told them apart", () => {
    const one = owner(
      "a",
      "v1beta2",
      { "f:spec": { "f:url": {}, "f:list": { ".": {} } } },
      { time: "1" },
    );
    const two = owner("a", "v1", { "f:spec": { "f:list": { 'k:{"a":1}': {} } } }, { time: "2" });
    const status = owner("a", "v1beta2", { "f:status": {} }, { subresource: "status" });
    const fieldsV1 = { "f:spec": { "f:url": {}, "f:list": { ".": {}, 'k:{"a":1}': {} } } };
    assert.deepEqual(carry(one, owner("b", "v2", {}), two, status), [
      owner("a", "v1", fieldsV1, { time: "2" }),
      owner("b", "v2", {}),
      owner("a", "v1", { "f:status": {} }, { subresource: "status" }),
    ]);
  });
});

describe("versions that go", () => {
  const spec = { "f:spec": { "f:url": {} } };
  const entry = (manager: string, version: string, fieldsV1: JsonObject) => ({
    manager,
    apiVersion: `${GROUP}/${version}`,
    fieldsV1,
  });
  const object = (name: string, ...managedFields: readonly JsonObject[]) => ({
    metadata: { namespace: "apps", name, managedFields },
  });

  it("are those served before and not after, of kinds that stay", () => {
    const [loss, ...rest] = lossesOf([rendered("v1* v1beta2 v1beta1-")], [rendered("v1*")]);
    assert.deepEqual([loss!.lost, loss!.instead, rest], [["v1beta2"], "v1", []]);
    assert.deepEqual(lossesOf([rendered("v1* v1beta2")], []), []);
    assert.deepEqual(lossesOf([rendered("v1*")], [rendered("v1*")]), []);
  });

  it("are used by who has written a spec at them", () => {
    const [loss] = lossesOf([rendered("v1* v1beta2")], [rendered("v1*")]);
    const uses = [
      object("b", entry("git", "v1beta2", spec), entry("new", "v1", spec)),
      object("a", entry("git", "v1beta2", spec), entry("ours", "v1beta2", spec)),
      object("c", entry("source-controller", "v1beta2", { "f:status": {} })),
    ].flatMap((it) => usesIn(it, loss!, ["ours"]));
    const all = summed(uses);
    assert.deepEqual(
      all.map(({ manager, objects }) => [manager, objects]),
      [["git", ["apps/a", "apps/b"]]],
    );
    const line = printUse(all[0]!);
    assert.match(
      line,
      /^Bucket source\.toolkit\.fluxcd\.io\/v1beta2 is removed .*git.*apps\/a, apps\/b\. /,
    );
    assert.match(line, /change apiVersion to source\.toolkit\.fluxcd\.io\/v1 /);
    const many = { ...all[0]!, objects: ["1", "2", "3", "4", "5", "6", "7"] };
    assert.match(printUse(many), /1, 2, 3, 4, 5 and 2 more\./);
  });

  it("are not used by charts that helm-controller makes", () => {
    const definition = { ...rendered("v1* v1beta2"), kind: "HelmChart" };
    const loss = { definition, lost: ["v1beta2"], instead: "v1" };
    const made = object("a", entry("helm-controller", "v1beta2", spec));
    assert.deepEqual(usesIn(made, loss, []), []);
  });
});
