import assert from "node:assert/strict";
import { claimsOf, judgePod } from "../../../provider/core/lifecycle/readiness-pod";
import type { JsonObject } from "../../../provider/core/manifest";

const OWNER = { kind: "Deployment", namespace: "flux-system", name: "source-controller" };

const pod = (status: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  metadata: { name: "p", namespace: "flux-system", uid: "u", ...metadata },
  status,
});

const withContainer = (state: JsonObject, rest: JsonObject = {}): JsonObject =>
  pod({ phase: "Pending", containerStatuses: [{ name: "manager", ready: false, state, ...rest }] });

const waiting = (reason: string, rest: JsonObject = {}): JsonObject =>
  withContainer({ waiting: { reason, message: `${reason} it is` } }, rest);

const unscheduled = (message: string, reason = "Unschedulable"): JsonObject =>
  pod({ conditions: [{ type: "PodScheduled", status: "False", reason, message }] });

const ended = { terminated: { exitCode: 137, reason: "OOMKilled" } };

describe("a pod", () => {
  const cases: readonly [string, JsonObject, string][] = [
    ["can't pull its image", waiting("ErrImagePull"), "image"],
    ["waits to pull its image again", waiting("ImagePullBackOff"), "image"],
    ["has a bad image name", waiting("InvalidImageName"), "image-name"],
    ["may not pull", waiting("ErrImageNeverPull"), "image-name"],
    ["refers to an absent Secret", waiting("CreateContainerConfigError"), "container"],
    ["has no such program", waiting("RunContainerError"), "container"],
    ["starts", waiting("ContainerCreating"), "pending"],
    ["has failed once", waiting("CrashLoopBackOff", { restartCount: 1 }), "pending"],
    ["fails again and again", waiting("CrashLoopBackOff", { restartCount: 2 }), "crash"],
    ["is between two failures", withContainer(ended), "pending"],
    ["runs but is not ready", withContainer({ running: {} }), "pending"],
    ["fits no node", unscheduled("0/1 nodes are available: 1 Insufficient cpu."), "unschedulable"],
    ["is too early", unscheduled("no nodes available to schedule pods"), "scaling"],
    [
      "waits for a node that starts",
      unscheduled("1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }"),
      "scaling",
    ],
    ["waits for a cordoned node", unscheduled("1 node(s) were unschedulable"), "scaling"],
    [
      "waits for a claim",
      unscheduled("pod has unbound immediate PersistentVolumeClaims."),
      "pending",
    ],
    [
      "has others make room for it",
      pod({
        nominatedNodeName: "node-1",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
      }),
      "pending",
    ],
    ["is held back by a gate", unscheduled("", "SchedulingGated"), "pending"],
  ];
  for (const [what, object, cause] of cases) {
    it(`that ${what}: ${cause}`, () => {
      const [finding, ...others] = judgePod(object, OWNER);
      assert.deepEqual(others, []);
      assert.equal(finding?.cause, cause);
      assert.deepEqual(finding.of, OWNER);
    });
  }

  const quiet: readonly [string, JsonObject][] = [
    ["is ready", pod({ containerStatuses: [{ ready: true, state: { running: {} } }] })],
    ["has no status yet", pod({})],
    ["is being deleted", { ...waiting("ErrImagePull"), metadata: { deletionTimestamp: "now" } }],
    ["was evicted", pod({ phase: "Failed", reason: "Evicted" })],
    [
      "has done its first step",
      pod({ initContainerStatuses: [{ state: { terminated: { exitCode: 0 } } }] }),
    ],
  ];
  for (const [what, object] of quiet) {
    it(`that ${what}: nothing`, () => {
      assert.deepEqual(judgePod(object, OWNER), []);
    });
  }

  it("tells how its container ended", () => {
    const crash = waiting("CrashLoopBackOff", { restartCount: 4, lastState: ended });
    const [finding] = judgePod(crash, OWNER);
    assert.equal(
      finding?.message,
      "CrashLoopBackOff it is; it ended with exit code 137 (OOMKilled)",
    );
    assert.equal(finding.container, "manager");
  });

  it("tells the containers that come before others too", () => {
    const state = { waiting: { reason: "ErrImagePull" } };
    const [finding] = judgePod(pod({ initContainerStatuses: [{ name: "setup", state }] }), OWNER);
    assert.equal(finding?.container, "setup");
  });

  it("names its claims", () => {
    const volumes = [
      { name: "tmp", emptyDir: {} },
      { name: "data", persistentVolumeClaim: { claimName: "source-controller" } },
    ];
    assert.deepEqual(claimsOf({ spec: { volumes } }), ["source-controller"]);
    assert.deepEqual(claimsOf({}), []);
  });
});
