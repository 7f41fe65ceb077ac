import assert from "node:assert/strict";
import { output, secret } from "@pulumi/pulumi";
import type { JsonObject } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import { identity } from "../support/cluster";
import { stateFiles, type Step } from "../support/engine";
import { pluck } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  succeed,
  type Args,
  type Operation,
} from "../support/operation";
import { knownLater } from "../support/unknown";

/** How the engine writes an unknown string into an event. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const ANNOTATION = "value-of-the-annotation";
const PATCHED = "value-of-the-patch";

const SYNC = {
  kind: "GitRepository",
  url: "https://github.com/example/fleet.git",
  ref: "refs/heads/main",
  path: "./",
};
const BASE: Args = {
  // No controllers run here: a sync never gets ready.
  wait: false,
  distribution: { version: "2.9.x" },
  components: ["source-controller", "kustomize-controller"],
  sync: SYNC,
};

const patchOf = (value: string): string =>
  JSON.stringify([{ op: "add", path: "/metadata/annotations/patched", value }]);
const SECRETS: Args = {
  ...BASE,
  commonMetadata: { annotations: { note: secret(ANNOTATION) } },
  kustomize: {
    patches: [
      {
        patch: secret(patchOf(PATCHED)),
        target: { kind: "Deployment", name: "source-controller" },
      },
    ],
  },
};

const isObject = ({ type }: { readonly type: string }): boolean => type.startsWith("kubernetes:");
const idOf = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `${type} ${name}`;

describe("values that are unknown or secret", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();

  const program = (args: () => Args) =>
    instance(() => ({ ...args(), kubeconfig: suite.cluster.kubeconfig }));

  async function preview(args: () => Args): Promise<Operation> {
    return succeed(await suite.project.stack("opaque", program(args)), "preview", program(args));
  }

  /** The children of a preview, all of them to be created. */
  async function previewed(args: () => Args): Promise<ReadonlyMap<string, Step>> {
    const { recorder } = await preview(args);
    const children = recorder.steps().filter(isObject);
    assert.deepEqual([...new Set(children.map(({ op }) => op))], ["create"]);
    return new Map(children.map((child) => [idOf(child), child]));
  }

  let all: readonly string[] = [];

  it("previews every object of plain args", async () => {
    all = [...(await previewed(() => BASE)).keys()].sort();
    assert.ok(
      all.includes("kubernetes:source.toolkit.fluxcd.io/v1:GitRepository flux:flux-system"),
    );
  });

  it("previews every object when the sync's address is unknown", async () => {
    const children = await previewed(() => ({ ...BASE, sync: { ...SYNC, url: knownLater("x") } }));
    assert.deepEqual([...children.keys()].sort(), all);
    const source = children.get(
      "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository flux:flux-system",
    );
    assert.equal(pluck(source?.after, "spec", "url"), UNKNOWN);
    assert.deepEqual(pluck(source?.after, "spec", "ref"), { name: SYNC.ref });
  });

  it("previews every object when all labels are unknown", async () => {
    const children = await previewed(() => ({
      ...BASE,
      commonMetadata: { labels: knownLater({ team: "x" }) },
    }));
    assert.deepEqual([...children.keys()].sort(), all);
    for (const [id, { after }] of children) {
      assert.equal(pluck(after, "metadata", "labels"), UNKNOWN, id);
    }
  });

  it("previews every object when a patch is unknown", async () => {
    const target = { kind: "Deployment", name: "source-controller" };
    const children = await previewed(() => ({
      ...BASE,
      kustomize: { patches: [{ patch: knownLater(patchOf("x")), target }] },
    }));
    assert.deepEqual([...children.keys()].sort(), all);
    const specs = [...children.values()]
      .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
      .map(({ name, after }) => [name, after?.["spec"] === UNKNOWN] as const);
    assert.deepEqual(Object.fromEntries(specs), {
      "flux:source-controller": true,
      "flux:kustomize-controller": false,
    });
  });

  for (const [path, args] of [
    ["components", () => ({ ...BASE, components: knownLater(["source-controller"]) })],
    ["distribution.version", () => ({ ...BASE, distribution: { version: knownLater("2.9.x") } })],
  ] as const) {
    it(`warns when ${path} is unknown and shows no objects`, async () => {
      const { recorder } = await preview(args);
      assert.deepEqual(recorder.steps().filter(isObject), []);
      const warnings = recorder.messages("warning").filter((text) => text.includes(path));
      assert.equal(warnings.length, 1, recorder.messages("warning").join("\n"));
    });
  }

  it("installs what was unknown, and keeps secrets secret", async () => {
    const args = (): Args => ({
      ...SECRETS,
      distribution: { version: knownLater("2.9.x") },
      components: knownLater(BASE["components"]),
      sync: output({ ...SYNC, url: knownLater(SYNC.url) }),
    });
    const secretly = await previewed(() => SECRETS);
    assert.deepEqual([...secretly.keys()].sort(), all);
    const stack = await suite.project.stack("opaque", program(args));
    const before = await succeed(
      stack,
      "preview",
      program(() => SECRETS),
    );
    const up = await succeed(stack, "up", program(args));
    const again = await assertSettled(stack, program(args));
    assert.deepEqual((await childrenOf(stack)).map(idOf).sort(), all);

    const deployment = identity("apps/v1", "Deployment", "source-controller", "flux-system");
    const annotations = pluck(await suite.cluster.find(deployment), "metadata", "annotations");
    assert.equal((annotations as JsonObject)["note"], ANNOTATION);
    assert.equal((annotations as JsonObject)["patched"], PATCHED);

    const state = stateFiles(suite.project);
    assert.ok(state.includes("GitRepository"));
    for (const value of [ANNOTATION, PATCHED]) {
      assert.ok(!state.includes(value), `${value} is in the state`);
      for (const operation of [before, up, again]) assertSilent(operation, value);
    }
  });
});

/** The SDK's own debug messages are left out: they show every resource, and only `--debug` shows them. */
function assertSilent({ text, recorder }: Operation, value: string): void {
  assert.ok(!text.includes(value), `${value} is printed`);
  const told = recorder.events.filter(
    ({ diagnosticEvent }) => (diagnosticEvent?.severity as string | undefined) !== "debug",
  );
  const found = told.filter((event) => JSON.stringify(event).includes(value));
  assert.deepEqual(found, []);
}
