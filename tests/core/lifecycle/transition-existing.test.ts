import assert from "node:assert/strict";
import { OWNER_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import type { Existing } from "../../../provider/core/lifecycle/ownership";
import {
  problemsOfExisting,
  type Takeover,
} from "../../../provider/core/lifecycle/transition-existing";

const URN = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux";
const RENAMED = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::old";
const ELSEWHERE = "urn:pulumi:dev::fleet::flux-instance:index:FluxInstance::flux";

const met = (name: string, urn?: string, manager = "flux"): Existing => ({
  reference: { apiVersion: "v1", kind: "Service", namespace: "flux-system", name },
  live: {
    metadata: {
      name,
      ...(urn === undefined ? {} : { annotations: { [OWNER_ANNOTATION]: urn } }),
      managedFields: [{ manager, operation: "Apply" }],
    },
  },
});

const many = Array.from({ length: 12 }, (_, index) => met(`s${index}`));

const reasonsOf = (existing: readonly Existing[], takeover: Partial<Takeover> = {}) =>
  problemsOfExisting(existing, { urn: URN, adopt: false, upsert: false, ...takeover }).map(
    ({ reason }) => reason,
  );

describe("objects that exist already", () => {
  it("are no problem where there are none", () => {
    assert.deepEqual(reasonsOf([]), []);
  });

  it("of somebody else are refused together, with their owners and the remedy", () => {
    const reasons = reasonsOf([...many, met("s12", undefined, "kubectl")]);
    assert.equal(reasons.length, 1);
    const [reason = ""] = reasons;
    assert.match(reason, /Service\/flux-system\/s0, .*\/s9 and 3 more objects\. Owned by/);
    assert.match(reason, /field manager flux: 12 objects; field manager kubectl: 1 object\b/);
    assert.match(reason, /adopt: true/);
    assert.ok(!reason.includes("/s10"), reason);
    assert.deepEqual(reasonsOf(many, { upsert: true }).length, 1);
  });

  it("of somebody else are taken with adopt, where the Kubernetes provider does", () => {
    assert.deepEqual(reasonsOf(many, { adopt: true, upsert: true }), []);
    const [reason = ""] = reasonsOf(many, { adopt: true });
    assert.match(reason, /upsertExistingObjects: true/);
    assert.match(reason, /enablePatchForce: true/);
    assert.match(reason, /pulumi config set kubernetes:upsertExistingObjects true/);
  });

  it("of this instance are taken where the Kubernetes provider does", () => {
    const own = [met("s", URN)];
    assert.deepEqual(reasonsOf(own, { upsert: true }), []);
    assert.deepEqual(reasonsOf(own, { upsert: true, adopt: true }), []);
    assert.match(reasonsOf(own)[0] ?? "", /made by this instance.*adopt: true.*upsertExisting/);
  });

  it("of another instance are always refused", () => {
    for (const adopt of [true, false]) {
      const takeover = { adopt, upsert: true };
      const [renamed = ""] = reasonsOf([met("s", RENAMED)], takeover);
      assert.ok(renamed.includes(`aliases: ["${RENAMED}"]`), renamed);
      const [elsewhere = ""] = reasonsOf([met("s", ELSEWHERE)], takeover);
      assert.match(elsewhere, /pulumi destroy` in stack fleet\/dev/);
      assert.ok(!elsewhere.includes("aliases"), elsewhere);
    }
    const both = [met("s", RENAMED), met("t", ELSEWHERE), met("u", RENAMED)];
    assert.equal(reasonsOf(both, { adopt: true, upsert: true }).length, 2);
  });
});
