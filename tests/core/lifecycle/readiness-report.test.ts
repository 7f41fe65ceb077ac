import assert from "node:assert/strict";
import type { Finding } from "../../../provider/core/lifecycle/readiness";
import { printFinding, printReport } from "../../../provider/core/lifecycle/readiness-report";

const deployment = { kind: "Deployment", namespace: "flux-system", name: "source-controller" };
const crash: Finding = {
  object: { kind: "Pod", namespace: "flux-system", name: "source-controller-1" },
  of: deployment,
  container: "manager",
  cause: "crash",
  condition: "waiting",
  reason: "CrashLoopBackOff",
  message: "back-off 20s",
};
const image: Finding = { ...crash, cause: "image", reason: "ErrImagePull", message: "no such tag" };
const slow: Finding = {
  object: deployment,
  cause: "pending",
  condition: "",
  reason: "RollingOut",
  message: "0 of 1 pods are available",
};

const event = (reason: string, message: string, rest = {}) => ({
  type: "Warning",
  reason,
  message,
  ...rest,
});

describe("the report of what is not ready", () => {
  it("names object, condition, reason, message, events and log", () => {
    const events = [event("Pulled", "old"), event("BackOff", "again", { count: 12 })];
    const text = printReport(
      "Flux is not ready",
      [{ finding: crash, events, log: ["one", "two"] }],
      [slow],
    );
    assert.deepEqual(text.split("\n"), [
      "Flux is not ready",
      "Pod/flux-system/source-controller-1 of Deployment/flux-system/source-controller, container manager: waiting CrashLoopBackOff: back-off 20s",
      "  Its last events, the newest first:",
      "    Warning BackOff (12 times): again",
      "    Warning Pulled: old",
      "  The end of its log:",
      "    one",
      "    two",
      "Not ready either: Deployment/flux-system/source-controller: RollingOut: 0 of 1 pods are available",
    ]);
  });

  it("tells what it knows when it can't look closer", () => {
    const line =
      "Not ready: Deployment/flux-system/source-controller: RollingOut: 0 of 1 pods are available";
    assert.equal(printReport("cancelled", [], [slow]), `cancelled\n${line}`);
  });

  it("tells what to do, and no heading without lines", () => {
    const text = printReport("Flux is not ready", [{ finding: image, events: [], log: [] }], []);
    assert.match(text, /\n {2}Remedy: check the image, .*imagePullSecret`$/);
  });

  it("shows three events that differ", () => {
    const repeated = [1, 2, 3, 4, 5].map(() => event("Failed", "same"));
    const events = [event("A", "1"), event("B", "2"), event("C", "3"), ...repeated];
    const text = printReport("", [{ finding: crash, events, log: [] }], []);
    assert.deepEqual(text.match(/Warning \w+/g), ["Warning Failed", "Warning C", "Warning B"]);
  });

  it("hides logins in URLs, terminal codes and line breaks, and shortens", () => {
    const message = `\u001b[31mGET https://me:pass@registry.test/v2\u001b[0m\nfailed\u0007${"!".repeat(2000)}`;
    const text = printFinding({ ...image, message });
    assert.match(text, /: GET https:\/\/\*\*\*@registry\.test\/v2 failed!+…$/);
    assert.ok(text.length < 1000);
    const log = ["token from https://user:pass@host/x"];
    assert.match(printReport("", [{ finding: crash, events: [], log }], []), /\*\*\*@host/);
  });
});
