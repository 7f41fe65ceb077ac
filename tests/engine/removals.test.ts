import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { ID_ANNOTATION } from "../../provider/core/lifecycle/marks";
import { connect } from "../../provider/io/cluster/cluster";
import { identity } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { pluck } from "../support/kubernetes/identity";
import { assertSettled, instance, objectSteps, succeed } from "../support/operation";
import { useReleases } from "../support/releases";
import { Witness, WITNESSED } from "../support/witness";

const NAMESPACE = identity("v1", "Namespace", "flux-system");
const NAMESPACES = { group: "", version: "v1", plural: "namespaces" };
const [OLD, NEW] = ["v2.9.4", "v2.9.5"];
/** What the newer release does not have any more. */
const DROPPED = "externalartifacts.source.toolkit.fluxcd.io";
const EXTERNAL = identity("source.toolkit.fluxcd.io/v1", "ExternalArtifact", "app", "team");
const DROPPED_DEFINITION = identity("apiextensions.k8s.io/v1", "CustomResourceDefinition", DROPPED);

/** A label of Flux's Namespace, with the value that somebody else gives it. */
const LABEL = "pod-security.kubernetes.io/warn";
const THEIRS = "baseline";

describe("what leaves an instance", function () {
  this.timeout(15 * 60_000);
  const releases = useReleases(OLD, NEW);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;

  const program = (more: object = {}): PulumiFn =>
    instance(() => ({
      ...WITNESSED,
      distribution: { version: OLD, artifact: releases.artifact },
      ...more,
      kubeconfig: suite.cluster.kubeconfig,
    }));

  async function settles(changed: PulumiFn): Promise<void> {
    await assertSettled(stack, changed);
  }

  const label = async () => pluck(await suite.cluster.find(NAMESPACE), "metadata", "labels", LABEL);

  before(async () => {
    stack = await suite.project.stack("removals", program());
    witness = new Witness(suite.cluster);
    const cluster = await connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
    const { name } = NAMESPACE;
    const metadata = { name, labels: { [LABEL]: THEIRS } };
    const value = { apiVersion: "v1", kind: "Namespace", metadata };
    const patch = { type: "apply", value, force: true } as const;
    await cluster.patch(NAMESPACES, { name }, patch, { fieldManager: "openshift" });
    dropFrom(join(releases.folder, "flux", NEW, "source-controller.yaml"));
  });

  it("is not a label of the Namespace that somebody else holds: it is left, and told", async () => {
    await succeed(stack, "preview", program());
    const { recorder } = await succeed(stack, "up", program());
    const told = recorder.messages("info").filter((line) => line.includes("left to others"));
    assert.equal(told.length, 1);
    assert.match(told.join(), new RegExp(`: labels/${LABEL}\\s*$`));
    assert.equal(await label(), THEIRS);
    await settles(program());
    assert.equal(await label(), THEIRS);
    await witness.begin();
  });

  it("is a CRD that a release drops, with its custom resources", async () => {
    const { apiVersion, kind, name, namespace } = EXTERNAL;
    await suite.cluster.create({ apiVersion, kind, metadata: { name, namespace }, spec: {} });
    const newer = program({ distribution: { version: NEW, artifact: releases.artifact } });
    await succeed(stack, "preview", newer);
    await succeed(stack, "up", newer);
    assert.equal(await suite.cluster.find(DROPPED_DEFINITION), undefined);
    assert.deepEqual(await suite.cluster.find(EXTERNAL), undefined);
    await witness.assertKept("a dropped CRD");
    await settles(newer);
  });

  describe("with its volume", () => {
    const newest = (more: object = {}) =>
      program({ distribution: { version: NEW, artifact: releases.artifact }, ...more });
    const withoutStorage = () => newest({ storage: undefined });

    it("is the claim, when the Deployment does not use it any more", async () => {
      const { recorder } = await succeed(stack, "up", withoutStorage());
      await witness.assertKept("storage leaves", "the volume claim");
      assert.equal((await witness.uids())["the volume claim"], "");
      const steps = objectSteps(recorder.steps()).map(({ op, name }) => `${op} ${name}`);
      const [update, removal] = ["update", "delete"].map((op) =>
        steps.indexOf(`${op} flux:source-controller`),
      );
      assert.ok(update !== undefined && removal !== undefined && update >= 0 && update < removal);
      await settles(withoutStorage());
    });
  });

  describe("with its Namespace", () => {
    const going = () =>
      program({
        distribution: { version: NEW, artifact: releases.artifact },
        deleteNamespace: true,
      });

    it("is not a Namespace that carries no id of it", async () => {
      await succeed(stack, "up", going());
      await witness.begin();
      const annotations = { [ID_ANNOTATION]: null } as unknown as Record<string, string>;
      await suite.cluster.patch(NAMESPACE, { metadata: { annotations } });
      await succeed(stack, "destroy");
      await witness.assertUninstalled("a Namespace of somebody else");
    });

    it("is not a Namespace that is not to be deleted any more", async () => {
      await succeed(stack, "up", going());
      await witness.begin();
      const staying = program({ distribution: { version: NEW, artifact: releases.artifact } });
      await succeed(stack, "up", staying);
      await witness.assertKept("deleteNamespace is taken back");
      await settles(staying);
    });

    it("is its own Namespace, and what is in it", async () => {
      await succeed(stack, "up", going());
      await witness.begin();
      await settles(going());
      await succeed(stack, "destroy");
      await witness.assertUninstalled("a Namespace of its own", ["the workload of a team"]);
      assert.equal(await suite.cluster.find(NAMESPACE), undefined);
    });
  });
});

/** Takes a CRD out of a file of a made release, which has a document on each line. */
function dropFrom(file: string): void {
  const documents = readFileSync(file, "utf8").split("---\n");
  const kept = documents.filter((text) => !text.includes(`"name":"${DROPPED}"`));
  writeFileSync(file, kept.join("---\n"));
}
