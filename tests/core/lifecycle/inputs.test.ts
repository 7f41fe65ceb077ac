import assert from "node:assert/strict";
import { lifecycleInputs } from "../../../provider/core/lifecycle/inputs";
import { keyOf } from "../../../provider/core/lifecycle/ownership";
import { render } from "../../../provider/core/render";
import { read } from "../../../provider/core/spec/read";
import { embedded } from "../../../provider/io/embedded";
import { ParsedFiles } from "../../../provider/io/parsed-files";

const files = new ParsedFiles();
const DEFINITION = "apiextensions.k8s.io/CustomResourceDefinition/";

const SYNC = {
  kind: "GitRepository",
  url: "https://example.com/fleet.git",
  ref: "refs/heads/main",
  path: "clusters/one",
};

/** The inputs of the lifecycle resources of an instance with source- and kustomize-controller. */
async function inputsOf(args: Readonly<Record<string, unknown>> = {}) {
  const { spec, problems } = read({
    distribution: { version: "2.9.4" },
    components: ["source-controller", "kustomize-controller"],
    ...args,
  });
  assert.deepEqual(problems, []);
  const release = await embedded(files).load("v2.9.4", spec.components);
  return lifecycleInputs(spec, { version: "v2.9.4" }, render(spec, release));
}

type Inputs = Awaited<ReturnType<typeof inputsOf>>;

const kindsIn = ({ removals }: Inputs) => [...new Set(removals.map(({ object }) => object.kind))];
const removalOf = ({ removals }: Inputs, kind: string, name: string) =>
  removals.find(({ object }) => object.kind === kind && object.name === name);

describe("the inputs of the lifecycle resources", () => {
  it("have a removal for each object that the engine retains", async () => {
    assert.deepEqual(kindsIn(await inputsOf()), ["CustomResourceDefinition"]);
    const all = await inputsOf({
      sync: SYNC,
      storage: { class: "fast", size: "1Gi" },
      deleteNamespace: true,
    });
    assert.deepEqual(kindsIn(all).toSorted(), [
      "CustomResourceDefinition",
      "GitRepository",
      "Kustomization",
      "Namespace",
      "PersistentVolumeClaim",
    ]);
    const keys = all.removals.map(({ object }) => keyOf(object));
    assert.equal(new Set(keys).size, keys.length, "no key is there twice");
  });

  it("name the controller that has to be stopped before an object is removed", async () => {
    const inputs = await inputsOf({ sync: SYNC });
    const component = "kustomize-controller";
    const controller = { component, namespace: "flux-system", deployments: [component] };
    const name = "kustomizations.kustomize.toolkit.fluxcd.io";
    const definition = removalOf(inputs, "CustomResourceDefinition", name);
    const { object, ...told } = definition!;
    assert.equal(object.namespace, undefined);
    assert.deepEqual(told, { deletionPolicy: "Uninstall", ...controller });
    const kustomization = removalOf(inputs, "Kustomization", "flux-system");
    const { object: synced, ...more } = kustomization!;
    assert.equal(synced.namespace, "flux-system");
    assert.deepEqual(more, { deletionPolicy: "Uninstall", ...controller, prune: false });
    const source = removalOf(inputs, "GitRepository", "flux-system");
    assert.equal(source?.["component"], "source-controller");
    assert.equal(source["prune"], undefined);
  });

  it("prune by sync.deletionPolicy alone", async () => {
    const pruning = await inputsOf({ sync: { ...SYNC, deletionPolicy: "Prune" } });
    assert.equal(removalOf(pruning, "Kustomization", "flux-system")?.["prune"], true);
  });

  it("name no controller for a volume claim and the Namespace", async () => {
    const inputs = await inputsOf({
      storage: { class: "fast", size: "1Gi" },
      deleteNamespace: true,
    });
    const others = inputs.removals.filter(({ object }) => !keyOf(object).startsWith(DEFINITION));
    assert.equal(others.length, 2);
    for (const removal of others) assert.equal(removal["component"], undefined);
  });

  it("want in the record every gate by its component, and every retained object by its key", async () => {
    const inputs = await inputsOf({ sync: SYNC });
    const wanted = inputs.transition.wanted;
    assert.deepEqual(wanted, [
      ...inputs.gates.map(({ component }) => component),
      ...inputs.removals.map(({ object }) => keyOf(object)),
    ]);
    assert.ok(wanted.includes("source-controller"));
    assert.ok(wanted.includes("kustomize.toolkit.fluxcd.io/Kustomization/flux-system/flux-system"));
  });
});
