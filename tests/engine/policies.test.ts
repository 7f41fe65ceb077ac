import assert from "node:assert/strict";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { referenceTo } from "../../provider/core/lifecycle/inputs";
import { idOf, printReference } from "../../provider/core/lifecycle/ownership";
import type { Manifest } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import { assertSettled, instance, resourcesOf, succeed, urnOf } from "../support/operation";
import { Witness, WITNESSED, type Kept } from "../support/witness";

/** One resource of each sort whose replacement could lose most; replacement.test.ts has all. */
const REPLACED = [
  [
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    "flux:gitrepositories.source.toolkit.fluxcd.io",
  ],
  ["flux-instance:index:Identity", "flux:identity"],
  ["pulumi:providers:kubernetes", "flux:kubernetes"],
] as const;

/** What no policy deletes. */
const USERS: readonly Kept[] = ["the workload of a team"];
const NAMESPACE: readonly Kept[] = ["Flux's Namespace", "the Secret in Flux's Namespace"];
/** What stays with `KeepCRDs`. */
const CUSTOM: readonly Kept[] = [
  "the custom resource of a team",
  "the Kustomization of a team",
  "the sync",
  "the source of the sync",
  "the CRD of GitRepositories",
  "the CRD of Kustomizations",
];

/** The kinds of the objects of an instance that can be told from others. */
const KINDS = [
  ["v1", "Namespace"],
  ["v1", "PersistentVolumeClaim"],
  ["v1", "ServiceAccount"],
  ["v1", "Service"],
  ["apps/v1", "Deployment"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
] as const;
const SYNC_KINDS = [
  ["source.toolkit.fluxcd.io/v1", "GitRepository"],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
] as const;

/** In this order: each takes again what the one before has left. */
const POLICIES = [
  { args: { deletionPolicy: "KeepCRDs" }, stays: [...USERS, ...NAMESPACE, ...CUSTOM] },
  { args: { deletionPolicy: "Retain" }, stays: undefined },
  { args: { deleteNamespace: true }, stays: USERS },
] as const;

describe("an instance with a policy of its own", function () {
  this.timeout(15 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;
  let left: Readonly<Record<string, string>> = {};

  const program = (more: object): PulumiFn =>
    instance(() => ({ ...WITNESSED, ...more, kubeconfig: suite.cluster.kubeconfig }));

  /** The objects that carry an id, whosever it is. */
  async function carriers(): Promise<readonly string[]> {
    const definitions = await suite.cluster.list(...KINDS[8]);
    const kinds = definitions.length === 0 ? KINDS : [...KINDS, ...SYNC_KINDS];
    const found = kinds.map(([apiVersion, kind]) => suite.cluster.list(apiVersion, kind));
    return (await Promise.all(found))
      .flat()
      .filter((object) => idOf(object) !== undefined)
      .map((object) => printReference(referenceTo(object as Manifest)));
  }

  before(async () => {
    stack = await suite.project.stack("policies", program({}));
    witness = new Witness(suite.cluster);
  });

  for (const { args, stays } of POLICIES) {
    describe(JSON.stringify(args), () => {
      const installing = program({ ...args, adopt: true });
      const changed = program(args);

      it("takes what is there, as it is", async () => {
        await succeed(stack, "preview", installing);
        await succeed(stack, "up", installing);
        const now = await witness.uids();
        for (const [what, uid] of Object.entries(left)) assert.equal(now[what], uid, what);
        await succeed(stack, "up", changed);
        await witness.begin();
        assert.ok((await carriers()).length > 20);
      });

      for (const [type, name] of REPLACED) {
        it(`loses nothing: --replace of ${type} ${name}`, async () => {
          await succeed(stack, "up", changed, { replace: [await urnOf(stack, type, name)] });
          await witness.assertKept(name);
          await assertSettled(stack, changed);
          await witness.assertKept(`${name}, then an up`);
        });
      }

      it("is destroyed as the policy says", async () => {
        await succeed(stack, "destroy");
        assert.deepEqual(await resourcesOf(stack), []);
        assert.deepEqual(await carriers(), []);
        if (stays === undefined) await witness.assertRetained("a destroy");
        else await witness.assertUninstalled("a destroy", stays);
        const entries = Object.entries(await witness.uids());
        left = Object.fromEntries(entries.filter(([, uid]) => uid !== ""));
      });
    });
  }
});
