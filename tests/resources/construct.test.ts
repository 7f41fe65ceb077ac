import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { COMPONENTS } from "../../provider/core/spec/spec";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { constructFluxInstance } from "../../provider/resources/construct";
import { LIFECYCLE } from "../../provider/resources/outputs";
import { withMockedEngine } from "../support/mocked-engine";
import { knownLater } from "../support/unknown";

/** Every kind of object that an instance can have. */
const EVERYTHING = {
  distribution: { version: "2.9.x" },
  components: [...COMPONENTS],
  storage: { class: "standard", size: "10Gi" },
  sharding: { shards: ["shard1"], storage: "persistent" },
  sync: { kind: "OCIRepository", url: "oci://ghcr.io/org/fleet", ref: "latest", path: "./" },
};

/** What Identity and Transition answer. */
const OUTPUTS = {
  [LIFECYCLE.identity[0]]: { owner: "0123456789abcdef", token: "token" },
  [LIFECYCLE.transition[0]]: { owner: "0123456789abcdef", left: [] },
};

/** What the engine is told of a resource. */
interface Registered {
  readonly type: string;
  readonly name: string;
  readonly isRetained: boolean;
  readonly isDeletedFirst: boolean;
}

interface Request {
  getType(): string;
  getName(): string;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
}

/** The part of the SDK's monitor that it does not export to TypeScript. */
interface Monitor {
  registerResource(request: Request, ...more: readonly unknown[]): unknown;
}

/** Records what is registered in the mocked engine. */
function record(): readonly Registered[] {
  const registered: Registered[] = [];
  const { getMonitor } = runtime as unknown as { readonly getMonitor: () => Monitor };
  const monitor = getMonitor();
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...more) => {
    registered.push({
      type: request.getType(),
      name: request.getName(),
      isRetained: request.getRetainondelete(),
      isDeletedFirst: request.getDeletebeforereplace(),
    });
    return registerResource(request, ...more);
  };
  return registered;
}

/** All resources of an instance in a cluster that is not known yet. */
async function registeredWith(args: object): Promise<readonly Registered[]> {
  return await withMockedEngine({ preview: true, outputs: OUTPUTS }, async () => {
    const registered = record();
    const inputs = { ...EVERYTHING, ...args, kubeconfig: knownLater("") };
    await constructFluxInstance("flux", inputs, {}, { files: new ParsedFiles() });
    await runtime.disconnect();
    return registered;
  });
}

const isChild = ({ type }: Registered): boolean => type.startsWith("kubernetes:");
const namesOf = (all: readonly Registered[]): readonly string[] =>
  all.map(({ type, name }) => `${type} ${name}`).toSorted();

describe("what the engine may delete", function () {
  this.timeout(2 * 60_000);
  const HOLDS_DATA =
    /:(CustomResourceDefinition|PersistentVolumeClaim|OCIRepository|GitRepository|Bucket|Kustomization)$/;

  it("is no object that holds data; every other object goes before its replacement comes", async () => {
    const children = (await registeredWith({})).filter(isChild);
    const kinds = new Set(children.map(({ type }) => type.split(":").at(-1)));
    for (const kind of ["CustomResourceDefinition", "PersistentVolumeClaim", "Kustomization"]) {
      assert.ok(kinds.has(kind), kind);
    }
    const held = children.filter(({ type }) => HOLDS_DATA.test(type));
    assert.deepEqual(namesOf(children.filter(({ isRetained }) => isRetained)), namesOf(held));
    const others = children.filter(({ type }) => !HOLDS_DATA.test(type));
    const first = children.filter(({ isDeletedFirst }) => isDeletedFirst);
    assert.deepEqual(namesOf(first), namesOf(others));
  });

  it("is no lifecycle resource or provider before its replacement is there", async () => {
    const others = (await registeredWith({ adopt: true })).filter((it) => !isChild(it));
    const types = new Set(others.map(({ type }) => type));
    assert.ok(types.size >= 9, [...types].join());
    const held = others.filter((it) => it.isDeletedFirst || it.isRetained);
    assert.deepEqual(namesOf(held), []);
  });

  it("is not the patch of a Namespace that its removal deletes", async () => {
    const children = (await registeredWith({ deleteNamespace: true })).filter(isChild);
    const [patch] = children.filter(({ type }) => type.endsWith(":NamespacePatch"));
    assert.equal(patch?.isRetained, true);
  });

  it("is nothing with the policy Retain", async () => {
    const children = (await registeredWith({ deletionPolicy: "Retain" })).filter(isChild);
    assert.deepEqual(namesOf(children.filter(({ isRetained }) => !isRetained)), []);
  });
});
