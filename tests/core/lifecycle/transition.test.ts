import assert from "node:assert/strict";
import {
  problemsOf,
  removedComponents,
  type Installation,
} from "../../../provider/core/lifecycle/transition";

const unsynced: Installation = {
  version: "v2.9.4",
  namespace: "flux-system",
  components: ["source-controller", "kustomize-controller"],
  objects: [],
  definitions: [],
  storage: { class: "standard", size: "10Gi", allowReplace: false },
  deletionPolicy: "Uninstall",
  absences: {},
};

const installed: Installation = {
  ...unsynced,
  sync: { kind: "GitRepository", name: "flux-system", deletionPolicy: "Orphan" },
};

type Fields = Partial<Installation>;

const reasonsOf = (old: Fields, next: Fields): readonly string[] =>
  problemsOf({ old: { ...installed, ...old }, next: { ...installed, ...next } }).map(
    ({ path, reason }) => `${path}: ${reason}`,
  );

describe("transition", () => {
  it("has nothing against the same again", () => {
    assert.deepEqual(reasonsOf({}, {}), []);
  });

  const versions: readonly (readonly [string, string, boolean])[] = [
    ["v2.9.4", "v2.9.0", false],
    ["v2.9.4", "v2.9.5", false],
    ["v2.9.4", "v2.10.0", false],
    ["v2.9.4", "v3.0.0", false],
    ["v2.9.4", "v2.8.8", true],
    ["v2.10.0", "v2.9.4", true],
    ["v3.0.0", "v2.9.4", true],
    ["v2.9.4", "", false],
    ["", "v2.8.8", false],
    ["v2.9.0-rc.1", "v2.8.8", true],
  ];
  for (const [from, to, refused] of versions) {
    it(`${refused ? "refuses" : "takes"} ${to || "no version"} after ${from || "none"}`, () => {
      const reasons = reasonsOf({ version: from }, { version: to });
      assert.equal(reasons.length, refused ? 1 : 0, reasons.join());
    });
  }

  it("says why there is no way down, and the way out", () => {
    const [reason = ""] = reasonsOf({}, { version: "v2.8.8" });
    assert.match(reason, /^version: v2\.8\.8 is older than the installed Flux v2\.9\.4/);
    assert.match(reason, /stored at API versions/);
    assert.match(reason, /distribution\.version at 2\.9 or later/);
    assert.match(reason, /pulumi destroy/);
  });

  it("refuses another namespace, once, and says how to move", () => {
    const sync = { kind: "GitRepository", name: "flux", deletionPolicy: "Orphan" } as const;
    const reasons = reasonsOf({}, { namespace: "flux", sync });
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? "", /^namespace: .*flux-system.*Orphan.*KeepCRDs.*adopt: true/);
  });

  it("refuses another name of the sync, and takes another kind, none, or a first one", () => {
    const named = { kind: "GitRepository", name: "fleet", deletionPolicy: "Orphan" } as const;
    const other = { ...named, kind: "OCIRepository", name: "flux-system" } as const;
    const [reason = ""] = reasonsOf({}, { sync: named });
    assert.match(reason, /sync\.name: "flux-system" can't become "fleet".*take `sync` out/);
    assert.deepEqual(reasonsOf({}, { sync: other }), []);
    assert.deepEqual(problemsOf({ old: installed, next: unsynced }), []);
    assert.deepEqual(problemsOf({ old: unsynced, next: installed }), []);
  });

  const volumes: readonly (readonly [string, string, RegExp | undefined])[] = [
    ["standard", "20Gi", undefined],
    ["standard", "10240Mi", undefined],
    ["standard", "5Gi", /storage\.size can't shrink from 10Gi to 5Gi/],
    ["fast", "10Gi", /storage\.class can't change from "standard" to "fast"/],
    ["fast", "1Gi", /storage\.class .* and storage\.size .*storage\.allowReplace/],
  ];
  for (const [name, size, expected] of volumes) {
    it(`${expected ? "refuses" : "takes"} a volume of class ${name} with ${size}`, () => {
      const storage = { class: name, size, allowReplace: false };
      const reasons = reasonsOf({}, { storage });
      assert.equal(reasons.length, expected === undefined ? 0 : 1);
      if (expected !== undefined) assert.match(reasons[0] ?? "", expected);
      assert.deepEqual(reasonsOf({}, { storage: { ...storage, allowReplace: true } }), []);
    });
  }

  it("knows the controllers that go", () => {
    const next = { ...installed, components: ["source-controller", "helm-controller"] };
    assert.deepEqual(removedComponents({ old: installed, next }), ["kustomize-controller"]);
  });
});
