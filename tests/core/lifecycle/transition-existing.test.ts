import assert from "node:assert/strict";
import { ID_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import type { Existing } from "../../../provider/core/lifecycle/ownership";
import {
  goingOf,
  problemsOfForeign,
  problemsOfOthers,
} from "../../../provider/core/lifecycle/transition-existing";

const OURS = "0123456789abcdef";
const THEIRS = "fedcba9876543210";

interface Marks {
  readonly id?: string;
  readonly manager?: string;
  readonly isGoing?: boolean;
}

const met = (name: string, { id, manager = "flux", isGoing = false }: Marks = {}): Existing => ({
  reference: { apiVersion: "v1", kind: "Service", namespace: "flux-system", name },
  live: {
    metadata: {
      name,
      ...(id === undefined ? {} : { annotations: { [ID_ANNOTATION]: id } }),
      ...(isGoing ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
      managedFields: [{ manager, operation: "Apply" }],
    },
  },
});

const many = Array.from({ length: 12 }, (_, index) => met(`s${index}`));

const problemsOf = (existing: readonly Existing[], adopt = false) => [
  ...problemsOfOthers(existing, OURS),
  ...problemsOfForeign(existing, adopt),
];
const reasonsOf = (existing: readonly Existing[], adopt = false) =>
  problemsOf(existing, adopt).map(({ reason }) => reason);

describe("objects that exist already", () => {
  it("are no problem where there are none", () => {
    assert.deepEqual(reasonsOf([]), []);
  });

  it("of somebody else are refused together, with their owners and the remedy", () => {
    const existing = [...many, met("s12", { manager: "kubectl" })];
    const problems = problemsOf(existing);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["adopt"],
    );
    const reason = problems[0]?.reason ?? "";
    assert.match(reason, /Service\/flux-system\/s0, .*\/s9 and 3 more objects\. Owned by/);
    assert.match(reason, /field manager flux: 12 objects; field manager kubectl: 1 object\b/);
    assert.match(reason, /adopt: true/);
    assert.ok(!reason.includes("/s10"), reason);
  });

  it("of somebody else are taken over with adopt", () => {
    assert.deepEqual(reasonsOf(many, true), []);
  });

  it("of somebody else are refused while they are being deleted, with and without adopt", () => {
    const existing = [met("stays"), met("goes", { isGoing: true })];
    const [going = "", ...more] = reasonsOf(existing, true);
    assert.deepEqual(more, []);
    assert.match(going, /^Being deleted, and not from this stack: Service\/flux-system\/goes\. /);
    assert.equal(reasonsOf(existing).length, 2);
  });

  it("of this instance are taken up as they are", () => {
    const own = [met("s", { id: OURS }), met("t", { id: OURS, isGoing: true })];
    assert.deepEqual(reasonsOf(own), []);
    assert.deepEqual(reasonsOf(own, true), []);
  });

  it("of another instance are refused with the id and the step, with and without adopt", () => {
    for (const adopt of [true, false]) {
      const [reason = "", ...more] = reasonsOf([met("s", { id: THEIRS }), met("t")], adopt);
      assert.equal(more.length, adopt ? 0 : 1);
      assert.match(
        reason,
        /another FluxInstance, with the id fedcba9876543210: Service\/flux-system\/s\. /,
      );
      assert.ok(reason.includes(`\`FLUX_INSTANCE_TAKE_OVER=${THEIRS} pulumi up\``), reason);
    }
    const mixed = [met("s", { id: THEIRS }), met("t", { id: "another" }), met("u", { id: THEIRS })];
    const reasons = reasonsOf(mixed, true);
    assert.equal(reasons.length, 2);
    assert.match(reasons[0] ?? "", /\/s, Service\/flux-system\/u\./);
  });

  it("with an id that somebody has forged print no command", () => {
    const [reason = ""] = reasonsOf([met("s", { id: "x;\nreboot" })], true);
    assert.ok(reason.includes("`FLUX_INSTANCE_TAKE_OVER=ID pulumi up`"), reason);
    assert.ok(!reason.includes("\n"), reason);
  });
});

describe("own objects that are being deleted", () => {
  it("are told from all others", () => {
    const going = met("going", { id: OURS, isGoing: true });
    const others = [
      met("stays", { id: OURS }),
      met("theirs", { id: THEIRS, isGoing: true }),
      met("foreign", { isGoing: true }),
    ];
    assert.deepEqual(goingOf([going, ...others], OURS), [going]);
    assert.deepEqual(goingOf(others, OURS), []);
  });
});
