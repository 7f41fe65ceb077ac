import assert from "node:assert/strict";
import {
  CAUSES,
  overdue,
  sight,
  type Cause,
  type Finding,
} from "../../../provider/core/lifecycle/readiness";

const pod = { kind: "Pod", namespace: "flux-system", name: "a" };

const finding = (cause: Cause, reason = "Because"): Finding => ({
  object: pod,
  container: "manager",
  cause,
  condition: "waiting",
  reason,
  message: "",
});

describe("findings over time", () => {
  it("count from when they were first seen, whatever their words, until they are gone", () => {
    const first = sight([finding("image", "ErrImagePull")], new Map(), 1_000);
    const second = sight([finding("image", "ImagePullBackOff")], first, 5_000);
    assert.deepEqual([...second.values()], [1_000]);
    const gone = sight([], second, 6_000);
    assert.equal(gone.size, 0);
    const again = sight([finding("image")], gone, 7_000);
    assert.deepEqual([...again.values()], [7_000]);
  });

  it("are overdue when their time is over, and one that may still pass never is", () => {
    const image = finding("image");
    const since = sight([image, finding("pending"), finding("scaling")], new Map(), 0);
    const end = CAUSES.image.grace * 1000;
    const at = (now: number) =>
      overdue([image, finding("pending"), finding("scaling")], since, now);
    assert.deepEqual(at(end - 1), []);
    assert.deepEqual(at(end), [image]);
    assert.deepEqual(at(end * 1_000_000), [image]);
  });

  it("are overdue at once where no time helps", () => {
    for (const cause of ["crash", "stalled", "image-name", "volume-lost"] as const) {
      const seen = finding(cause);
      assert.deepEqual(overdue([seen], sight([seen], new Map(), 5), 5), [seen]);
    }
  });

  it("end within the half minute that a user may wait for a bad word", () => {
    const slow = Object.entries(CAUSES).filter(([, { grace }]) => grace > 25);
    assert.deepEqual(
      slow.map(([cause]) => cause),
      ["pending", "webhook", "scaling", "provisioning"],
    );
  });
});
