import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { identity, metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { pluck } from "../support/kubernetes/identity";
import { assertSettled, instance, objectSteps, operate, succeed } from "../support/operation";

const NAMESPACE = "flux-system";
const CLAIM = identity("v1", "PersistentVolumeClaim", "source-controller", NAMESPACE);
const DEPLOYMENT = identity("apps/v1", "Deployment", "source-controller", NAMESPACE);
/**
 * When a claim of the class is bound. A scheduler that still knows the deleted claim of the same name takes the new one for
 * bound, and never binds it; no kubelet is here to hold the pod back. So the class that claims are replaced with does not
 * wait for a pod.
 */
const BINDING = { slow: "WaitForFirstConsumer", fast: "Immediate" };

describe("an instance with a volume", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;

  const program = (storage: object) =>
    instance(() => ({
      distribution: { version: "2.9.x" },
      components: ["source-controller"],
      storage,
      kubeconfig: suite.cluster.kubeconfig,
    }));

  /** Nobody makes volumes in this cluster: some are there for each claim to come. */
  before(async () => {
    for (const [name, volumeBindingMode] of Object.entries(BINDING)) {
      await suite.cluster.create({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner: "kubernetes.io/no-provisioner",
        volumeBindingMode,
      });
      for (const number of [1, 2]) {
        await suite.cluster.create({
          apiVersion: "v1",
          kind: "PersistentVolume",
          metadata: { name: `${name}-${number}` },
          spec: {
            storageClassName: name,
            capacity: { storage: "20Gi" },
            accessModes: ["ReadWriteOnce"],
            hostPath: { path: "/nowhere" },
          },
        });
      }
    }
    stack = await suite.project.stack("storage", program({ class: "slow", size: "10Gi" }));
    await succeed(stack, "up", program({ class: "slow", size: "10Gi" }));
  });

  const uids = async () => ({
    claim: metadataOf(await suite.cluster.find(CLAIM), "uid"),
    deployment: metadataOf(await suite.cluster.find(DEPLOYMENT), "uid"),
  });

  /** The claim, once it is bound. */
  const bound = async () => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const live = await suite.cluster.find(CLAIM);
      if (pluck(live, "status", "phase") === "Bound") return live;
      await sleep(200);
    }
    throw new Error("the claim is not bound after a minute");
  };

  const REFUSED = [
    [{ class: "fast", size: "10Gi" }, /storage\.class can't change from "slow" to "fast"/],
    [{ class: "slow", size: "5Gi" }, /storage\.size can't shrink from 10Gi to 5Gi/],
  ] as const;

  for (const [storage, told] of REFUSED) {
    it(`is not given another one: ${storage.class}, ${storage.size}`, async () => {
      const before = await uids();
      for (const command of ["preview", "up"] as const) {
        const failed = await operate(stack, command, program(storage));
        assert.ok(failed.failed, command);
        const error = failed.recorder.messages("error").join("\n");
        assert.match(error, told);
        assert.match(error, /storage\.allowReplace/);
      }
      assert.deepEqual(await uids(), before);
    });
  }

  for (const storage of [
    { class: "fast", size: "10Gi", allowReplace: true },
    { class: "fast", size: "5Gi", allowReplace: true },
  ]) {
    it(`is given another one where that is allowed: ${storage.class}, ${storage.size}`, async () => {
      const before = await uids();
      await succeed(stack, "preview", program(storage));
      const { recorder } = await succeed(stack, "up", program(storage));
      const after = await uids();
      assert.notEqual(after.claim, before.claim);
      assert.notEqual(after.deployment, before.deployment);
      const live = await bound();
      assert.equal(pluck(live, "spec", "storageClassName"), storage.class);
      assert.equal(pluck(live, "spec", "resources", "requests", "storage"), storage.size);
      const replaced = objectSteps(recorder.steps()).filter(({ op }) => op === "replace");
      assert.deepEqual(replaced.map(({ type }) => type.split(":").at(-1)).toSorted(), [
        "Deployment",
        "PersistentVolumeClaim",
      ]);
      await assertSettled(stack, program(storage));
    });
  }
});
