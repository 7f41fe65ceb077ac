import assert from "node:assert/strict";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { RECORD_NAME } from "../../provider/core/lifecycle/owner-record";
import { annotationsOf, idOf } from "../../provider/core/lifecycle/ownership";
import { identity } from "../support/cluster";
import { useCleanup } from "../support/cleanup";
import { useCluster } from "../support/cluster-suite";
import { runPulumi } from "../support/command-line";
import type { Project } from "../support/engine";
import { installAs, renderFlux } from "../support/flux-installations";
import {
  assertSettled,
  instance,
  operate,
  resourcesOf,
  stepIn,
  succeed,
  withEnvironment,
  type Operation,
} from "../support/operation";
import { requireProject } from "../support/project";
import { assertUntouched, settled, uidsIn } from "../support/snapshot";
import { Witness, WITNESSED } from "../support/witness";

const INSTANCE = "flux-instance:index:FluxInstance";
const RECORD = identity("rbac.authorization.k8s.io/v1", "ClusterRole", RECORD_NAME);
/** A change of every object. */
const LABELLED = { commonMetadata: { labels: { team: "platform" } } };
/** What `renderFlux` renders. */
const BOOTSTRAPPED = {
  wait: false,
  distribution: { version: "2.9.4" },
  sync: { ...WITNESSED.sync, path: "clusters/one" },
};

describe("the owner of Flux in a cluster", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  const atEnd = useCleanup();
  let elsewhere: Project;
  /** The stack that owns Flux, and one that wants to. */
  let owner: Stack;
  let newcomer: Stack;
  let witness: Witness;

  const program = (
    options: ComponentResourceOptions = {},
    name = "flux",
    args: object = WITNESSED,
  ): PulumiFn => {
    const { kubeconfig } = suite.cluster;
    return instance(
      () => ({ ...args, kubeconfig }),
      () => options,
      name,
    );
  };

  const urnIn = ({ name }: Stack, component = "flux"): string =>
    `urn:pulumi:${name}::test::${INSTANCE}::${component}`;

  const recordedUrn = async () =>
    annotationsOf((await suite.cluster.find(RECORD)) ?? {})["flux-instance.pulumi.com/urn"];

  /** Every way to run an update, for a stack that has no state. */
  const updates = (stack: Stack, desired: PulumiFn): readonly (() => Promise<Operation>)[] => {
    const child = (type: string, name: string) => [
      urnIn(stack, name).replace(INSTANCE, `${INSTANCE}$${type}`),
    ];
    return [
      () => operate(stack, "preview", desired),
      ...[
        {},
        { target: child("kubernetes:apps/v1:Deployment", "flux:source-controller") },
        { exclude: child("flux-instance:index:Transition", "flux:transition") },
        { continueOnError: true },
      ].map((more) => () => operate(stack, "up", desired, undefined, more)),
    ];
  };

  /** Fails with a message, and nothing in the cluster is written. */
  async function refused(update: () => Promise<Operation>, ...words: RegExp[]): Promise<string> {
    const before = await settled(suite.cluster);
    const { failed, text } = await update();
    assert.ok(failed, text);
    for (const word of words) assert.match(text, word);
    await assertUntouched(suite.cluster, before, text);
    return text;
  }

  /** No object is another one after an update, the next one has nothing to do, and the record names the owner. */
  async function keepsAll(what: string, desired: PulumiFn, name = "flux"): Promise<void> {
    const before = uidsIn(await settled(suite.cluster));
    const { recorder } = await succeed(owner, "up", desired);
    // A refused update of a renamed component leaves the component in the state, without children.
    const others = recorder
      .steps()
      .filter(({ op, type }) => op !== "update" && !(op === "delete" && type === INSTANCE));
    assert.deepEqual(
      others.map(({ op, type }) => [op, type]),
      [],
      what,
    );
    await assertSettledBy(desired, what);
    assert.deepEqual(uidsIn(await settled(suite.cluster)), before, what);
    assert.equal(await recordedUrn(), urnIn(owner, name), what);
  }

  async function assertSettledBy(desired: PulumiFn, what: string): Promise<void> {
    await assertSettled(owner, desired, `${what}: the next up`);
    await witness.assertKept(what);
  }

  /** Is refused without a state, and then takes over what the message names. */
  async function takesOver(what: string): Promise<void> {
    const before = uidsIn(await settled(suite.cluster));
    const text = await refused(() => operate(owner, "up", program()), /does not know this id/);
    const step = stepIn(text, /^FLUX_INSTANCE_TAKE_OVER=\S+ $/);
    await withEnvironment(owner, step, () => succeed(owner, "up", program()));
    await assertSettledBy(program(), what);
    assert.deepEqual(uidsIn(await settled(suite.cluster)), before, what);
  }

  before(async function () {
    elsewhere = await requireProject(this);
    atEnd(() => {
      elsewhere.remove();
    });
  });

  it("is not a stack that finds Flux there, unless it adopts it", async () => {
    const desired = program({}, "flux", BOOTSTRAPPED);
    const stack = await suite.project.stack("foreign", desired);
    const cluster = await suite.cluster.objects.cluster();
    await installAs("flux bootstrap", cluster, await renderFlux("flux-system"));
    for (const update of updates(stack, desired)) {
      await refused(update, /Already in the cluster, and not from this stack/, /adopt: true/);
    }
    const before = uidsIn(await settled(suite.cluster));
    await succeed(stack, "up", program({}, "flux", { ...BOOTSTRAPPED, adopt: true }));
    const after = uidsIn(await settled(suite.cluster));
    for (const [object, uid] of Object.entries(before)) assert.equal(after[object], uid, object);
    await succeed(stack, "destroy");
  });

  it("is one of two stacks that start at the same moment", async () => {
    const stacks = [
      await suite.project.stack("one", program()),
      await suite.project.stack("two", program()),
    ] as const;
    const operations = await Promise.all(stacks.map((stack) => operate(stack, "up", program())));
    const texts = operations.map(({ text }) => text);
    const isLoser = texts.map((text) => text.includes("belongs to another FluxInstance"));
    assert.equal(isLoser.filter((it) => it).length, 1, texts.join("\n"));
    [owner, newcomer] = isLoser[1] === true ? stacks : [stacks[1], stacks[0]];
    assert.ok(texts[isLoser.indexOf(true)]?.includes(urnIn(owner)), texts.join("\n"));
    // Programs in one process share its handler of unhandled rejections, so the failure of one may end the other one too.
    await succeed(owner, "up", program());
    witness = new Witness(suite.cluster);
    await witness.begin();
    await assertSettledBy(program(), "two at once");
    const id = idOf((await suite.cluster.find(RECORD)) ?? {});
    const outputs = (await resourcesOf(owner)).flatMap(({ outputs }) => outputs?.["owner"] ?? []);
    assert.deepEqual([...new Set(outputs)], [id]);
    const before = await settled(suite.cluster);
    await succeed(newcomer, "destroy");
    await assertUntouched(suite.cluster, before, "the destroy of the loser");
  });

  it("is not a second stack, which is told who it is", async () => {
    for (const update of updates(newcomer, program())) {
      const text = await refused(update, /belongs to another FluxInstance/);
      assert.ok(text.includes(`test/${owner.name}`), text);
    }
    await witness.assertKept("a second stack");
  });

  it("is the same stack in another backend after one explicit step", async () => {
    const former = owner;
    owner = await elsewhere.stack(former.name, program());
    await takesOver("another backend");
    // Not every one of them lets Transition judge.
    for (const update of updates(former, program({}, "flux", { ...WITNESSED, ...LABELLED }))) {
      await refused(update, /another state has taken over this id/);
    }
    await refused(() => operate(former, "destroy"), /FluxInstance/);
  });

  it("is the stack whose state was lost after one explicit step", async () => {
    const { name } = owner;
    await owner.workspace.removeStack(name, { force: true });
    owner = await elsewhere.stack(name, program());
    await takesOver("a lost state");
  });

  it("is a renamed component with the alias that the refusal names", async () => {
    const text = await refused(() => operate(owner, "up", program({}, "renamed")), /aliases: \[/);
    const [, alias = ""] = /aliases: \["([^"]+)"\]/.exec(text) ?? [];
    assert.equal(alias, urnIn(owner));
    await keepsAll("with alias", program({ aliases: [alias] }, "renamed"), "renamed");
    await keepsAll("without alias", program({}, "renamed"), "renamed");
    await keepsAll("back", program({ aliases: [{ name: "renamed" }] }));
  });

  it("is a renamed stack", async () => {
    await runPulumi(owner, "stack", "rename", "later");
    owner = await elsewhere.stack("later", program());
    await keepsAll("a renamed stack", program());
  });

  it("is the backend that the state is imported into", async () => {
    const state = await owner.exportStack();
    owner = await suite.project.stack(owner.name, program());
    await owner.importStack(state);
    await keepsAll("an imported state", program());
    await succeed(owner, "destroy");
    assert.equal(await suite.cluster.find(RECORD), undefined);
    const kind = "CustomResourceDefinition";
    assert.deepEqual(await suite.cluster.list("apiextensions.k8s.io/v1", kind), []);
  });
});
