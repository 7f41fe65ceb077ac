import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import type { JsonObject } from "../../provider/core/manifest";
import { FLUX_KINDS } from "../../provider/core/lifecycle/kinds";
import { connect } from "../../provider/io/cluster/cluster";
import { FLUX_INSTANCE } from "../../provider/resources/outputs";
import { metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { createSample } from "../support/custom-resources";
import { identityOf } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  operate,
  resourcesOf,
  succeed,
  type Operation,
} from "../support/operation";

const SYNC = {
  kind: "GitRepository",
  url: "https://github.com/example/fleet.git",
  ref: "refs/heads/main",
  path: "./",
};

const BASE = {
  // No controllers run here: a sync never gets ready.
  wait: false,
  distribution: { version: "2.9.x" },
  components: ["source-controller", "kustomize-controller", "notification-controller"],
  sync: SYNC,
};

/** What can't be done in one step, with the words of the reason and of the way out. */
const REFUSED: readonly {
  readonly change: string;
  readonly args: object;
  readonly told: RegExp;
}[] = [
  {
    change: "an older minor version",
    args: { distribution: { version: "2.8.x" } },
    told: /property version .*v2\.8\.8 is older than the installed Flux v2\.9\.4.*To go back, install anew/s,
  },
  {
    change: "another namespace",
    args: { namespace: "elsewhere" },
    told: /property namespace .*Flux is in namespace flux-system and can't be moved to elsewhere.*three steps/s,
  },
  {
    change: "another sync.name",
    args: { sync: { ...SYNC, name: "fleet" } },
    told: /sync\.name: "flux-system" can't become "fleet" in one step.*rename in two steps/s,
  },
];

describe("a change that would lose something", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;

  const program = (args: object = {}) =>
    instance(() => ({ ...BASE, ...args, kubeconfig: suite.cluster.kubeconfig }));

  /** The resourceVersions of all objects of the instance. */
  async function versions(): Promise<object> {
    const entries = (await childrenOf(stack)).map(async ({ name, type, inputs }) => {
      const live = await suite.cluster.find(identityOf(inputs as JsonObject));
      return [`${type} ${name}`, metadataOf(live, "resourceVersion")] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  const saidBy = ({ recorder }: Operation, severity: string) =>
    recorder.messages(severity).join("\n");

  before(async () => {
    stack = await suite.project.stack("refusals", program());
    await succeed(stack, "up", program());
    const cluster = await connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
    const [alert, provider] = FLUX_KINDS["notification-controller"];
    const namespace = "flux-system";
    for (const name of ["one", "two"]) await createSample(cluster, alert!, { namespace, name }, []);
    await createSample(cluster, provider!, { namespace, name: "one" }, []);
  });

  for (const { change, args, told } of REFUSED) {
    it(`is refused in the preview: ${change}`, async () => {
      const failed = await operate(stack, "preview", program(args));
      assert.ok(failed.failed);
      assert.match(saidBy(failed, "error"), told);
    });
  }

  it("is refused in the up too, and changes nothing", async () => {
    const [before, state] = [await versions(), await resourcesOf(stack)];
    for (const { change, args, told } of REFUSED) {
      const failed = await operate(stack, "up", program(args));
      assert.ok(failed.failed, change);
      assert.match(saidBy(failed, "error"), told);
      assert.deepEqual(await versions(), before, change);
    }
    const ids = (all: typeof state) => all.map(({ urn, id }) => `${urn} ${id ?? ""}`).toSorted();
    assert.deepEqual(ids(await resourcesOf(stack)), ids(state));
    // The engine has the component's own args of a failed up.
    const { recorder } = await succeed(stack, "up", program());
    const steps = recorder.steps().filter(({ type }) => type !== FLUX_INSTANCE);
    assert.deepEqual(steps, []);
  });

  it("is told before it happens: a component that goes, with counts", async () => {
    const components = BASE.components.slice(0, 2);
    const warned = saidBy(await succeed(stack, "preview", program({ components })), "warning");
    assert.match(warned, /components: notification-controller will be removed\./);
    assert.match(warned, /are deleted in all namespaces: 2 Alert, 1 Provider\./);
    assert.match(warned, /deletionPolicy "KeepCRDs"/);
  });

  it("is told before it happens: a sync that goes, and what stays of it", async () => {
    const kept = await succeed(stack, "preview", program({ sync: undefined }));
    const warned = saidBy(kept, "warning");
    assert.match(
      warned,
      /sync: Kustomization flux-system will be removed\. By .*"Orphan" everything/,
    );
    await succeed(stack, "up", program({ sync: { ...SYNC, deletionPolicy: "Prune" } }));
    const pruned = saidBy(await succeed(stack, "preview", program({ sync: undefined })), "warning");
    assert.match(pruned, /By sync\.deletionPolicy "Prune" Flux deletes everything/);
  });

  it("keeps the Kustomization when the kind of its source changes", async () => {
    const kustomization = {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      name: "flux-system",
      namespace: "flux-system",
    };
    const source = (kind: string) => ({
      ...kustomization,
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind,
    });
    const uid = async () => metadataOf(await suite.cluster.find(kustomization), "uid");
    const before = await uid();
    assert.notEqual(before, "");
    const sync = { ...SYNC, kind: "OCIRepository", url: "oci://example.com/fleet", ref: "latest" };
    await succeed(stack, "up", program({ sync }));
    assert.equal(await uid(), before);
    assert.equal(await suite.cluster.find(source("GitRepository")), undefined);
    assert.notEqual(await suite.cluster.find(source("OCIRepository")), undefined);
    await assertSettled(stack, program({ sync }));
  });
});
