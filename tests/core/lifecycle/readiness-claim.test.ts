import assert from "node:assert/strict";
import { judgeClaim } from "../../../provider/core/lifecycle/readiness-claim";

const OWNER = { kind: "Deployment", namespace: "flux-system", name: "source-controller" };
const NOT_FOUND = 'storageclass.storage.k8s.io "nowhere" not found';

const claim = (phase: string) => ({
  metadata: { name: "source-controller", namespace: "flux-system", uid: "u" },
  status: { phase },
});
const event = (reason: string, message = "") => ({ reason, message });

describe("a claim", () => {
  const cases = [
    ["is bound", "Bound", [event("ProvisioningFailed", NOT_FOUND)], undefined],
    ["lost its volume", "Lost", [], "volume-lost"],
    ["is new", "Pending", [], "pending"],
    ["has no storage class", "Pending", [event("ProvisioningFailed", NOT_FOUND)], "volume"],
    ["finds no volume", "Pending", [event("FailedBinding", "no volumes available")], "volume"],
    [
      "is provisioned badly",
      "Pending",
      [event("ProvisioningFailed", "over limit")],
      "provisioning",
    ],
    ["waits for its pod", "Pending", [event("WaitForFirstConsumer")], "pending"],
    [
      "has got its storage class since",
      "Pending",
      [event("ProvisioningFailed", NOT_FOUND), event("WaitForFirstConsumer")],
      "pending",
    ],
    [
      "is tried again",
      "Pending",
      [event("ProvisioningFailed", "over limit"), event("Provisioning")],
      "provisioning",
    ],
  ] as const;
  for (const [what, phase, events, cause] of cases) {
    it(`that ${what}: ${cause ?? "nothing"}`, () => {
      const causes = judgeClaim(claim(phase), OWNER, events).map((finding) => finding.cause);
      assert.deepEqual(causes, cause === undefined ? [] : [cause]);
    });
  }
});
