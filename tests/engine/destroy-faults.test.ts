import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { FINALIZER } from "../../provider/core/lifecycle/finalizers";
import { identity } from "../support/cluster";
import { Recorder } from "../support/engine";
import { FLUX_CONTROLLERS } from "../support/flux-controllers";
import { applyFluxObjects, terminating, workloadUids } from "../support/flux-objects";
import { useFlux } from "../support/flux-suite";
import { hold, KEEP, letGo, straggler } from "../support/hold";
import { deletes, Interruption } from "../support/interruption";
import { child, idOf, identityOf } from "../support/kubernetes/identity";
import { limitedKubeconfig, rule } from "../support/limited-user";
import { childrenOf, instance, operate, resourcesOf, succeed } from "../support/operation";
import { engineIn, pluginOf } from "../support/processes";

const FEW = { kustomizations: 3, helmReleases: 2, namespaces: 1 };
const WORKLOADS = 5;
const CUSTOM = [
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease"],
  ["source.toolkit.fluxcd.io/v1", "OCIRepository"],
] as const;
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const GATE = "flux-instance:index:UninstallGate";
const DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

const CONTROLLER = identity("apps/v1", "Deployment", "kustomize-controller", "flux-system");
const KUSTOMIZATIONS = identity(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "kustomizations.kustomize.toolkit.fluxcd.io",
);
const APP = identity("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "app-0", "team-0");
const STRAGGLER = straggler("kustomize-controller");

/** What a cancelled command may take in milliseconds; a gate alone would wait for 11 minutes. */
const PROMPT = 60_000;

describe("a destroy that is disturbed", function () {
  this.timeout(10 * 60_000);
  const suite = useFlux();
  let stack: Stack;
  let kubeconfig = "";
  let workloads: Readonly<Record<string, string>> = {};

  const program = () =>
    instance(() => ({
      distribution: { version: "2.9.x" },
      components: [...FLUX_CONTROLLERS],
      kubeconfig,
    }));

  /** The stack knows the file; who is in it changes. */
  const become = (content: string): void => {
    writeFileSync(kubeconfig, content, { mode: 0o600 });
  };

  const customResources = async (): Promise<readonly string[]> => {
    const found = CUSTOM.map(async ([apiVersion, kind]) => {
      const objects = await suite.cluster.list(apiVersion, kind);
      return objects.map((object) => `${kind} ${idOf(object)}`);
    });
    return (await Promise.all(found)).flat();
  };

  const definitions = async () =>
    (await suite.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")).length;

  /** The next up repairs what is there, and the controllers take up their work. */
  async function installs(): Promise<void> {
    // What an interrupted destroy has begun to delete can't be made again before it is gone.
    while ((await terminating(suite.objects)).length > 0) await sleep(200);
    await succeed(stack, "up", program(), { refresh: true });
    await applyFluxObjects(suite.objects, suite.source, FEW);
    if (Object.keys(workloads).length > 0) await assertUntouched();
    workloads = await workloadUids(suite.objects);
    assert.equal(Object.keys(workloads).length, WORKLOADS);
    assert.deepEqual(await terminating(suite.objects), []);
  }

  async function assertUntouched(): Promise<void> {
    assert.deepEqual(await workloadUids(suite.objects), workloads);
  }

  /** Fails, and leaves all that the gates protect. */
  async function assertStops(fault: () => Promise<string>): Promise<string> {
    const before = [await customResources(), await definitions()];
    const told = await fault();
    assert.deepEqual([await customResources(), await definitions()], before);
    assert.deepEqual(await terminating(suite.objects), []);
    await assertUntouched();
    return told;
  }

  /** A destroy that does not succeed; what it told. */
  async function fails(recorder = new Recorder()): Promise<string> {
    const { failed, text } = await operate(stack, "destroy", undefined, recorder);
    assert.ok(failed, text);
    return recorder.messages("error").join("\n");
  }

  /** The API server is away for some seconds. */
  const outage = async (): Promise<void> => {
    await suite.cluster.killApiServer();
    await sleep(2_000);
    await suite.cluster.restartApiServer();
  };

  /** Does something to a destroy while a gate waits. */
  const whileGateWaits = (act: () => void | Promise<void>): Interruption =>
    new Interruption(deletes(GATE), async () => {
      // The gate looks first, and then waits.
      await sleep(1_500);
      await act();
    });

  before(async () => {
    kubeconfig = join(suite.project.folder, "kubeconfig");
    become(suite.cluster.kubeconfig);
    stack = await suite.project.stack("faults", program());
    await installs();
  });

  describe("by targets", () => {
    const urnOf = async (type: string, name: string): Promise<string> => {
      const found = (await resourcesOf(stack)).find((it) => it.type === type && it.name === name);
      assert.ok(found !== undefined, name);
      return found.urn;
    };

    it("refuses to delete a part that others need", async () => {
      const targets = [
        [DEFINITION, "flux:kustomizations.kustomize.toolkit.fluxcd.io"],
        [GATE, "flux:kustomize-controller"],
        [DEPLOYMENT, "flux:kustomize-controller"],
        ["flux-instance:index:FluxInstance", "flux"],
      ] as const;
      const children = await childrenOf(stack);
      for (const [type, name] of targets) {
        const target = [await urnOf(type, name)];
        await assertStops(async () => {
          const { failed, text } = await operate(stack, "destroy", undefined, undefined, {
            target,
          });
          assert.ok(failed, `${type} ${name}`);
          return text;
        });
      }
      assert.deepEqual(await childrenOf(stack), children);
    });

    it("keeps the custom resources when gate and controllers go, and the next up repairs it", async () => {
      const target = [await urnOf(GATE, "flux:kustomize-controller")];
      const before = await customResources();
      await succeed(stack, "destroy", undefined, { target, targetDependents: true });
      assert.deepEqual(await customResources(), before);
      await assertUntouched();
      await installs();
    });
  });

  it("is completed after the API server went while Deployments were deleted", async () => {
    await hold(suite.objects, CONTROLLER);
    const interruption = new Interruption(deletes(DEPLOYMENT), async () => {
      await outage();
      await letGo(suite.objects, CONTROLLER);
    });
    await operate(stack, "destroy", undefined, interruption);
    await interruption.done();
    await assertUntouched();
    await installs();
  });

  it("outlasts an API server that goes while a gate waits", async () => {
    await suite.cluster.create(STRAGGLER);
    await hold(suite.objects, KUSTOMIZATIONS);
    const whileDefinitionsGo = new Interruption(deletes(DEFINITION), async () => {
      await outage();
      await letGo(suite.objects, KUSTOMIZATIONS);
    });
    const whileGateIsThere = whileGateWaits(async () => {
      await outage();
      await suite.cluster.remove(identityOf(STRAGGLER));
    });
    const both = new Recorder();
    Object.assign(both, {
      onEvent: (event: Parameters<Recorder["onEvent"]>[0]) => {
        whileDefinitionsGo.onEvent(event);
        whileGateIsThere.onEvent(event);
      },
    });
    await operate(stack, "destroy", undefined, both);
    await whileGateIsThere.done();
    await whileDefinitionsGo.done();
    await assertUntouched();
    await installs();
  });

  describe("in a gate", () => {
    const wait = async () => {
      await suite.cluster.create(STRAGGLER);
    };
    const waitNoMore = async () => {
      await suite.cluster.remove(identityOf(STRAGGLER));
    };

    it("names the kind and the verb that its user lacks, and loses nothing", async () => {
      const all = ["", "apps", "authorization.k8s.io", "apiextensions.k8s.io"];
      const others = ["rbac.authorization.k8s.io", "networking.k8s.io", "policy"];
      const flux = ["source", "helm"].map((word) => `${word}.toolkit.fluxcd.io`);
      const kustomize = rule("kustomize.toolkit.fluxcd.io", "kustomizations", ["get", "list"]);
      const rules = [...[...all, ...others, ...flux].map((group) => rule(group)), kustomize];
      become(await limitedKubeconfig(suite.objects, suite.cluster.kubeconfig, rules));
      const told = await assertStops(() => fails());
      assert.match(told, /kustomizations\.kustomize\.toolkit\.fluxcd\.io.*"patch"/);
      assert.deepEqual(child(await suite.objects.get(APP), "metadata")["finalizers"], [FINALIZER]);
      become(suite.cluster.kubeconfig);
    });

    it("ends promptly when it is cancelled", async () => {
      await wait();
      let since = 0;
      const cancel = whileGateWaits(() => {
        since = Date.now();
        process.kill(engineIn(suite.project.folder).pid, "SIGINT");
      });
      await assertStops(() => fails(cancel));
      await cancel.done();
      assert.ok(Date.now() - since < PROMPT);
      await waitNoMore();
    });

    it("goes on after the plugin was killed", async () => {
      await wait();
      const kill = whileGateWaits(() => {
        process.kill(pluginOf(engineIn(suite.project.folder)).pid, "SIGKILL");
      });
      await assertStops(() => fails(kill));
      await kill.done();
      await waitNoMore();
    });

    it("leaves the finalizer of somebody else alone, and names it", async () => {
      await hold(suite.objects, APP);
      const told = await assertStops(() => fails());
      assert.match(told, /Kustomization team-0\/app-0 \(example\.com\/keep\)/);
      assert.deepEqual(child(await suite.objects.get(APP), "metadata")["finalizers"], [KEEP]);
      await letGo(suite.objects, APP);
    });

    it("is complete after all of that", async () => {
      await succeed(stack, "destroy");
      assert.deepEqual(await childrenOf(stack), []);
      assert.deepEqual(await terminating(suite.objects), []);
      assert.equal(await definitions(), 0);
      await assertUntouched();
    });
  });
});
