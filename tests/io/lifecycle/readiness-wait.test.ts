import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect } from "../../../provider/io/cluster/cluster";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { connectionOf } from "../../../provider/io/cluster/inputs";
import type { Call, Properties } from "../../../provider/io/lifecycle/lifecycle";
import { createRecord } from "../../../provider/io/lifecycle/owner-record";
import { readiness } from "../../../provider/io/lifecycle/readiness";
import { toReadinessInputs } from "../../../provider/io/lifecycle/readiness-inputs";
import { untilReady } from "../../../provider/io/lifecycle/readiness-wait";
import { ParsedFiles } from "../../../provider/io/parsed-files";
import { prepare } from "../../../provider/io/prepare";
import { controlPlaneTools } from "../../../tools/cluster/commands";
import { startControlPlane, type ControlPlane } from "../../../tools/control-plane";
import { startRegistry } from "../../../tools/registry";
import { startFluxControllers } from "../../support/flux-controllers";
import { applyAll, objectsOf } from "../../support/flux/objects-of";
import { pushFluxSource, type FluxSource } from "../../support/flux/source";
import type { Objects } from "../../support/kubernetes/objects";
import {
  BY_HAND,
  crashes,
  hiccup,
  imagePull,
  playKubelet,
  RUNS_UNREADY,
  serveLogs,
  type LogServer,
} from "../../support/kubelet";
import {
  call,
  CONTROLLERS,
  deployment,
  inFlux,
  inNamespace,
  kustomization,
  namespaceOf,
  properties,
  repository,
  source,
  synced,
} from "../../support/readiness";
import { recordOf } from "../../support/owned";
import { makeKeyPair } from "../../support/registries/certificate";
import { requireTools } from "../../tools/require-tools";

const BY_HAND_POD = { schedulerName: BY_HAND };

/** In seconds; what a user may wait for a bad word. */
const GOAL = 30;

const handler = readiness({});

/** Only waits: what runs at the same time would write to the one owner record at the same time. */
const wait = async ({ values, unknown }: Properties, { signal, ...others }: Call) => {
  const access = { surroundings: {}, signal, patience: 5_000 };
  const cluster = await connect(connectionOf(values), access);
  await untilReady(cluster, toReadinessInputs({ values, unknown }), { signal, ...others });
};

interface Told {
  readonly text: string;
  /** From the call to its failure. */
  readonly seconds: number;
  /** What the user saw meanwhile. */
  readonly lines: readonly string[];
}

describe("waiting until Flux is ready", function () {
  this.timeout(120_000);
  let controlPlane: ControlPlane;
  let objects: Objects;
  let flux: FluxSource;
  let connection: JsonObject;
  let logs: LogServer;
  const started: { stop(): Promise<unknown> }[] = [];
  let hiccups: Promise<unknown>;
  const faults = new Map<string, Promise<Told>>();

  const inputsOf = (values: JsonObject) => properties({ ...connection, ...values });

  const told = async (values: JsonObject): Promise<Told> => {
    const start = Date.now();
    const listened = call();
    const error = await wait(inputsOf({ timeout: 60, ...values }), listened).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof Error, "it should not get ready");
    const seconds = (Date.now() - start) / 1000;
    return { text: error.message, seconds, lines: listened.lines };
  };

  /** Puts it into the cluster, and waits for it from that moment. */
  const inject = (name: string, wanted: readonly JsonObject[], podSpec: JsonObject = {}): void => {
    const inject = async (): Promise<Told> => {
      await applyAll(objects, [namespaceOf(name), ...wanted, deployment(name, podSpec)]);
      return await told(inNamespace(name));
    };
    faults.set(name, inject());
  };

  /** Meets an image that comes at the second try. */
  const getOver = async () => {
    await applyAll(objects, [namespaceOf("hiccup"), deployment("hiccup", BY_HAND_POD)]);
    const played = playKubelet(objects, "hiccup", hiccup("registry.invalid/manager:1"));
    await wait(inputsOf(inNamespace("hiccup")), call());
    await played;
  };

  const outcomeOf = async (name: string): Promise<Told> => {
    const fault = await faults.get(name);
    assert.ok(fault !== undefined);
    return fault;
  };

  before(async function () {
    const names = [...controlPlaneTools, "registry", ...CONTROLLERS, "helm-controller"] as const;
    const tools = await requireTools(this, names);
    controlPlane = await startControlPlane({ tools });
    started.unshift(controlPlane);
    const registry = await startRegistry({ program: tools.registry });
    started.unshift(registry);
    const { kubeconfig } = controlPlane;
    objects = objectsOf(kubeconfig);
    const cluster = await connect({ kubeconfig }, { surroundings: {} });
    connection = { kubeconfig, cluster: await clusterUid(cluster), owner: "owner" };
    await createRecord(cluster, recordOf("owner", CONTROLLERS));
    flux = await pushFluxSource(registry.address);
    started.unshift(await startFluxControllers({ kubeconfig, programs: tools }));
    logs = await serveLogs(objects, makeKeyPair(this), [
      ...Array.from({ length: 20 }, (_, index) => `line ${index + 1}`),
      '{"level":"error","msg":"unable to start manager"}',
    ]);
    started.unshift(logs);
    this.timeout(120_000);
  });
  after(async () => {
    for (const one of started) await one.stop();
  });

  it("waits for Deployments, source and Kustomization", async () => {
    const args = { distribution: { version: "2.9.x" }, components: [...CONTROLLERS] };
    const prepared = await prepare(args, { files: new ParsedFiles(), strict: true });
    assert.ok("rendered" in prepared);
    await applyAll(
      objects,
      prepared.rendered.objects.map(({ manifest }) => manifest),
    );
    await applyAll(objects, [
      repository("good", flux.manifests, flux.tag),
      kustomization("good", "./"),
    ]);
    const inputs = inputsOf(inFlux([source("good"), synced("good")]));
    assert.equal((await handler.create(inputs, call()))["ready"], true);
    const again = Date.now();
    assert.equal((await handler.create(inputs, call()))["ready"], true);
    assert.ok(Date.now() - again < 2_000, "what is ready needs no wait");
  });

  describe("with a fault", () => {
    before(async () => {
      inject("quota", [
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "none", namespace: "quota" },
          spec: { hard: { pods: "0" } },
        },
      ]);
      inject("unschedulable", [], { nodeSelector: { disk: "golden" } });
      const claim = { name: "data", persistentVolumeClaim: { claimName: "data" } };
      const spec = {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "nowhere",
        resources: { requests: { storage: "1Gi" } },
      };
      const metadata = { name: "data", namespace: "volume" };
      inject("volume", [{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec }], {
        volumes: [claim],
      });
      for (const [name, steps] of [
        ["image", imagePull("registry.invalid/manager:1")],
        ["crash", crashes()],
      ] as const) {
        inject(name, [], BY_HAND_POD);
        void playKubelet(objects, name, steps);
      }
      hiccups = getOver();
      const upper = flux.manifests.replace("manifests", "UPPER");
      await applyAll(objects, [
        repository("stalled", upper, flux.tag),
        kustomization("path", "./nowhere"),
      ]);
      faults.set("stalled", told(inFlux([source("stalled")])));
      faults.set("path", told(inFlux([source("good"), synced("path")])));
    });

    const expected: Readonly<Record<string, readonly RegExp[]>> = {
      image: [
        /^Flux is not ready, and waiting longer is of no use \(after \d+ s\) \(cluster https:/,
        /\nPod\/image\/controller-\S+ of Deployment\/image\/controller, container manager: waiting ImagePullBackOff: Back-off pulling image "registry.invalid\/manager:1"/,
        /\n {2}Remedy: check the image/,
        /\nNot ready either: Deployment\/image\/controller: Available=False RollingOut: 0 of 1 pods are available/,
      ],
      crash: [
        /\nPod\/crash\/controller-\S+ .*container manager: waiting CrashLoopBackOff: back-off 20s .*it ended with exit code 1/,
        /\n {2}The end of its log:\n {4}line 12\n(.*\n)* {4}\{"level":"error","msg":"unable to start manager"\}/,
      ],
      quota: [
        /\nDeployment\/quota\/controller: ReplicaFailure=True FailedCreate: pods "controller-\S+" is forbidden: exceeded quota: none/,
        /\n {2}Remedy: raise the quota/,
      ],
      unschedulable: [
        /\nPod\/unschedulable\/controller-\S+ .*: PodScheduled=False Unschedulable: 0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector/,
        /\n {4}Warning FailedScheduling/,
      ],
      volume: [
        /\nPersistentVolumeClaim\/volume\/data of Deployment\/volume\/controller: Pending ProvisioningFailed: storageclass.storage.k8s.io "nowhere" not found/,
        /\n {2}Remedy: check `storage.class`/,
      ],
      stalled: [/\nOCIRepository\/flux-system\/stalled: Stalled=True URLInvalid: .*UPPER/],
      path: [
        /\nKustomization\/flux-system\/path: Ready=False ArtifactFailed: kustomization path not found/,
      ],
    };
    for (const [name, patterns] of Object.entries(expected)) {
      it(`tells it early: ${name}`, async () => {
        const { text, seconds } = await outcomeOf(name);
        console.log(`      told after ${seconds.toFixed(1)} s`);
        for (const pattern of patterns) assert.match(text, pattern);
        assert.ok(seconds < GOAL, `it took ${seconds} s`);
      });
    }

    it("shows what it waits for, once each, when it takes long", async () => {
      const { lines } = await outcomeOf("image");
      const [pod, owner, ...others] = lines;
      assert.match(pod ?? "", /^waiting for Pod\/image\/controller-.*: waiting ImagePullBackOff/);
      assert.match(owner ?? "", /^waiting for Deployment\/image\/controller: /);
      assert.deepEqual(others, []);
    });

    it("gets over an image that comes at the second try", async () => {
      await hiccups;
    });

    it("reads the log of the container that ended", async () => {
      await faults.get("crash");
      assert.deepEqual(logs.asked, ["crash/manager?previous=true&tailLines=10"]);
    });
  });

  describe("besides", () => {
    it("waits for a source that fails, as Flux tries again, and tells it at the timeout", async () => {
      await applyAll(objects, [repository("absent", flux.manifests, "no-such-tag")]);
      const { text } = await told(inFlux([source("absent")], { timeout: 5, revision: "v2.9.4" }));
      assert.match(
        text,
        /^Flux v2\.9\.4 is not ready after 5 s, which is the `timeout` \(cluster /,
      );
      assert.match(
        text,
        /\nOCIRepository\/flux-system\/absent: Ready=False OCIArtifactPullFailed: .*/,
      );
    });

    it("tells what is not there", async () => {
      const { text } = await told(inFlux([source("nobody")], { timeout: 2 }));
      assert.match(
        text,
        /\nOCIRepository\/flux-system\/nobody: NotFound: it is not in the cluster/,
      );
    });

    it("gives an autoscaler time", async () => {
      await faults.get("unschedulable");
      await applyAll(objects, [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "cluster-autoscaler-status", namespace: "kube-system" },
        },
      ]);
      const { text } = await told(inNamespace("unschedulable", { timeout: 2 }));
      assert.match(text, /after 2 s, which is the `timeout`/);
      assert.match(text, /Remedy: nodes are on their way or an autoscaler may add some/);
    });

    it("ends when the engine cancels, and says what it was waiting for", async () => {
      await faults.get("unschedulable");
      const cancel = new AbortController();
      const waiting = wait(inputsOf(inNamespace("unschedulable")), call(cancel.signal));
      setTimeout(() => cancel.abort(), 700);
      await assert.rejects(
        waiting,
        /cancelled while waiting for it [^]*\nNot ready: Pod\/unschedulable\//,
      );
      const tooLate = wait(inputsOf(inNamespace("unschedulable")), call(AbortSignal.timeout(700)));
      await assert.rejects(tooLate, /the custom timeout of the resource is over/);
    });

    it("shows the log of a container that runs and is not ready", async () => {
      await applyAll(objects, [namespaceOf("unready"), deployment("unready", BY_HAND_POD)]);
      await playKubelet(objects, "unready", [RUNS_UNREADY]);
      const { text } = await told(inNamespace("unready", { timeout: 2 }));
      assert.match(text, /container manager: running NotReady: it runs, but it is not ready yet/);
      assert.match(text, /\n {2}The end of its log:\n {4}line 12\n/);
    });

    it("tells what is wrong also where no log can be read", async () => {
      await faults.get("crash");
      await logs.stop();
      const { text, seconds } = await told(inNamespace("crash"));
      assert.match(text, /waiting CrashLoopBackOff/);
      assert.doesNotMatch(text, /log/);
      assert.ok(seconds < GOAL, `it took ${seconds} s`);
    });

    it("refuses another cluster", async () => {
      const other = inputsOf({ ...inNamespace("quota"), cluster: "other" });
      await assert.rejects(handler.create(other, call()), /This is another cluster/);
    });

    it("outlasts an API server that goes and comes back, and tells one that stays away", async () => {
      await applyAll(objects, [namespaceOf("away"), deployment("away", BY_HAND_POD)]);
      const waiting = wait(inputsOf(inNamespace("away")), call());
      await sleep(1_000);
      await controlPlane.killApiServer();
      const { text } = await told({ ...inNamespace("away"), timeout: 3 });
      assert.match(
        text,
        /the API server (can't be reached|has not answered yet)|has not answered yet/,
      );
      await controlPlane.restartApiServer();
      const toNode = { spec: { template: { spec: { schedulerName: "default-scheduler" } } } };
      const id = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "controller",
        namespace: "away",
      };
      await objects.merge(id, toNode);
      await waiting;
    });
  });
});
