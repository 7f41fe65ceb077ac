import assert from "node:assert/strict";
import { keyOf } from "../../../provider/core/lifecycle/ownership";
import type { DeletionPolicy } from "../../../provider/core/lifecycle/plan";
import type { Installation } from "../../../provider/core/lifecycle/transition";
import { warningsOf } from "../../../provider/core/lifecycle/transition-warnings";

const installed = (fields: Partial<Installation> = {}): Installation => ({
  version: "v2.9.4",
  namespace: "flux-system",
  components: ["source-controller", "notification-controller"],
  objects: [],
  definitions: [],
  deletionPolicy: "Uninstall",
  absences: {},
  ...fields,
});

const COUNTS = "3 Alert, 1 Receiver";

const removal = (policy: DeletionPolicy, counts: string | undefined): string => {
  const old = installed({ deletionPolicy: policy });
  const next = installed({ components: ["source-controller"] });
  const warnings = warningsOf({ old, next }, counts);
  assert.equal(warnings.length, 1);
  return warnings[0] ?? "";
};

const unsync = (
  fate: "Orphan" | "Prune",
  deletionPolicy: Installation["deletionPolicy"] = "Uninstall",
): string => {
  const sync = { kind: "GitRepository", name: "fleet", deletionPolicy: fate };
  const old = installed({ sync, deletionPolicy });
  const warnings = warningsOf({ old, next: installed() }, undefined);
  assert.equal(warnings.length, 1);
  return warnings[0] ?? "";
};

describe("warnings of a transition", () => {
  it("name what is missing, up to ten objects", () => {
    const objects = Array.from({ length: 12 }, (_, index) => ({
      apiVersion: "v1",
      kind: "Service",
      namespace: "flux-system",
      name: `service-${index}`,
    }));
    const keys = objects.map(keyOf);
    const counts = (count: number) => Object.fromEntries(keys.map((key) => [key, count]));
    const old = installed({ objects, absences: counts(1) });
    assert.deepEqual(warningsOf({ old, next: old }, undefined), []);
    const one = { ...old, absences: { ...old.absences, [keys[3] ?? ""]: 2 } };
    const [line = ""] = warningsOf({ old, next: one }, undefined);
    assert.match(line, /created again: Service\/flux-system\/service-3\. Somebody/);
    const all = { ...old, absences: counts(2) };
    assert.match(
      warningsOf({ old, next: all }, undefined).join(),
      /service-9, and 2 more\. Somebody/,
    );
  });

  it("are none where nothing goes", () => {
    const next = installed({ components: ["source-controller", "notification-controller"] });
    assert.deepEqual(warningsOf({ old: installed(), next }, undefined), []);
  });

  it("tell what goes or stays with a component, by the policy of the last update", () => {
    assert.match(
      removal("Uninstall", COUNTS),
      /notification-controller.*deleted.*3 Alert, 1 Receiver/,
    );
    assert.match(removal("KeepCRDs", COUNTS), /notification-controller.*stay.*3 Alert, 1 Receiver/);
    assert.match(removal("Retain", COUNTS), /notification-controller.*stays.*3 Alert, 1 Receiver/);
    const old = installed({ deletionPolicy: "Retain" });
    const next = installed({ components: ["source-controller"], deletionPolicy: "Uninstall" });
    assert.match(warningsOf({ old, next }, COUNTS)[0] ?? "", /By deletionPolicy "Retain"/);
  });

  it("tell of a component also where nothing was or could be counted", () => {
    assert.match(removal("Uninstall", ""), /There are no objects of their kinds/);
    assert.match(removal("Uninstall", undefined), /can't be counted/);
  });

  it("tell what becomes of the workloads of a removed sync", () => {
    assert.match(unsync("Orphan"), /fleet will be removed.*"Orphan".*stays/);
    assert.match(unsync("Prune"), /fleet will be removed.*"Prune".*deletes everything/);
    for (const policy of ["KeepCRDs", "Retain"] as const) {
      assert.match(unsync("Orphan", policy), new RegExp(`"${policy}".*fleet stays.*suspended`));
      assert.match(unsync("Prune", policy), new RegExp(`"${policy}".*fleet stays.*Flux goes on`));
    }
  });
});
