import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { read } from "../provider/core/spec/read";
import { FLUX_INSTANCE, OUTPUTS } from "../provider/resources/outputs";

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Type {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

interface Schema {
  readonly version: string;
  readonly types: Readonly<Record<string, Type>>;
  readonly resources: Readonly<
    Record<
      string,
      Type & {
        readonly inputProperties: Readonly<Record<string, Property>>;
        readonly requiredInputs: readonly string[];
      }
    >
  >;
}

const schema = JSON.parse(readFileSync(join(__dirname, "..", "schema.json"), "utf8")) as Schema;
const resource = schema.resources[FLUX_INSTANCE];
assert.ok(resource !== undefined);
const { inputProperties, requiredInputs } = resource;

/** Read by the plugin itself, not part of the spec. */
const CLUSTER_ARGS = ["kubeconfig", "context"];

const version = "2.x";

/** Where each type of the schema stands in the args. */
const PLACES: Readonly<Record<string, (value: unknown) => object>> = {
  Distribution: (distribution) => ({ distribution }),
  ArtifactCredentials: (given) => ({ distribution: { version, artifactCredentials: given } }),
  Verification: (verify) => ({ distribution: { version, verify } }),
  UpdatePolicy: (updatePolicy) => ({ distribution: { version, updatePolicy } }),
  Cluster: (cluster) => ({ cluster }),
  CommonMetadata: (commonMetadata) => ({ commonMetadata }),
  Storage: (storage) => ({ storage }),
  Sharding: (sharding) => ({ sharding }),
  Kustomize: (kustomize) => ({ kustomize }),
  Patch: (patch) => ({ kustomize: { patches: [patch] } }),
  PatchTarget: (target) => ({ kustomize: { patches: [{ patch: "x", target }] } }),
  Sync: (sync) => ({ sync }),
  Component: (component) => ({ components: [component] }),
  Variant: (variant) => ({ distribution: { variant } }),
  ClusterType: (type) => ({ cluster: { type } }),
  ClusterSize: (size) => ({ cluster: { size } }),
  ShardStorage: (storage) => ({ sharding: { storage } }),
  SyncKind: (kind) => ({ sync: { kind } }),
  SyncProvider: (provider) => ({ sync: { provider } }),
  SyncDeletionPolicy: (deletionPolicy) => ({ sync: { deletionPolicy } }),
  DeletionPolicy: (deletionPolicy) => ({ deletionPolicy }),
};

/** Types of outputs only. */
const OUTPUT_TYPES = ["Image", "InventoryEntry"];

function reasons(args: object): readonly string[] {
  return read({ distribution: { version: "2.x" }, ...args }).problems.map(({ reason }) => reason);
}

/** The words that an error message lists after a phrase. */
function listed(args: object, phrase: string): readonly string[] {
  const reason = reasons(args).find((text) => text.includes(phrase)) ?? "";
  const [, list = ""] = reason.split(phrase);
  return (list.split(", got ")[0] ?? "").split(", ");
}

const name = (token: string) => token.slice(token.lastIndexOf(":") + 1);

describe("schema.json", () => {
  it("has the inputs that the code reads", () => {
    const known = [...listed({ zzz: 1 }, "known are "), ...CLUSTER_ARGS];
    assert.deepEqual(Object.keys(inputProperties).sort(), [...known].sort());
  });

  for (const [token, type] of Object.entries(schema.types)) {
    if (OUTPUT_TYPES.includes(name(token))) continue;
    const place = PLACES[name(token)];
    it(`has ${name(token)} as the code reads it`, () => {
      assert.ok(place !== undefined, `no place in the args is known for ${token}`);
      const [phrase, given] =
        type.enum === undefined ? ["known are ", { zzz: 1 }] : ["expected one of ", "zzz"];
      const inSchema =
        type.enum === undefined
          ? Object.keys(type.properties ?? {})
          : type.enum.map(({ value }) => value);
      assert.deepEqual([...inSchema].sort(), [...listed(place(given), phrase)].sort());
    });

    it(`requires of ${name(token)} what the code requires`, () => {
      if (type.enum !== undefined || place === undefined) return;
      const { problems } = read({ distribution: { version: "2.x" }, ...place({}) });
      const required = problems
        .filter(({ reason }) => reason.startsWith("is required"))
        .map(({ path }) => path.slice(path.lastIndexOf(".") + 1));
      assert.deepEqual(required.sort(), [...(type.required ?? [])].sort());
    });
  }

  it("has the defaults that the code puts in", () => {
    const { spec } = read({
      distribution: { version: "2.x" },
      sharding: { shards: ["a"] },
      sync: { kind: "Bucket", url: "u", ref: "r", path: "p" },
    });
    const sections: Readonly<Record<string, object | undefined>> = {
      Distribution: spec.distribution,
      Cluster: spec.cluster,
      Sharding: spec.sharding,
      Sync: spec.sync,
    };
    assertDefaults(inputProperties, { ...spec });
    for (const [type, section] of Object.entries(sections)) {
      const properties = schema.types[`flux-instance:index:${type}`]?.properties ?? {};
      for (const [key, value] of Object.entries({ ...section })) {
        if (typeof value !== "string" && typeof value !== "boolean") continue;
        const { description = "" } = properties[key] ?? {};
        const hasDefault = !(schema.types[`flux-instance:index:${type}`]?.required ?? []).includes(
          key,
        );
        if (hasDefault) assert.match(description, /Default(?: `|: )/, `${type}.${key}`);
        if (description.includes("Default `")) {
          assert.ok(description.includes(`Default \`${value}\``), `${type}.${key}: ${value}`);
        }
      }
    }
  });

  // The SDKs for Node.js and Go put a default into an object only when all of it is known, and what they return is as secret
  // as its most secret part: a secret or unknown `sync.url` would hide the kind of the source.
  it("leaves defaults in objects to the code", () => {
    for (const [token, { properties = {} }] of Object.entries(schema.types)) {
      for (const [key, property] of Object.entries(properties)) {
        assert.equal(property.default, undefined, `${token}.${key}`);
      }
    }
  });

  it("requires the inputs that the code requires", () => {
    const { problems } = read({});
    assert.deepEqual(
      problems.map(({ path }) => path),
      requiredInputs,
    );
  });

  it("describes everything", () => {
    const described = [resource, ...Object.values(schema.types)].flatMap((type) => [
      type,
      ...Object.values(type.properties ?? {}),
      ...(type.enum ?? []),
    ]);
    for (const item of [...described, ...Object.values(inputProperties)]) {
      assert.ok((item.description ?? "").length > 3, JSON.stringify(item));
    }
  });

  it("refers to types that exist, and uses every type", () => {
    const text = JSON.stringify(schema);
    for (const token of Object.keys(schema.types))
      assert.ok(text.includes(`#/types/${token}"`), token);
    for (const [, token = ""] of text.matchAll(/#\/types\/([^"]+)"/g)) {
      assert.ok(token in schema.types, token);
    }
  });

  it("has the outputs of the component", () => {
    assert.deepEqual(Object.keys(resource.properties ?? {}), [...OUTPUTS]);
    assert.deepEqual(resource.required, [...OUTPUTS]);
  });

  it("has the version of the package", () => {
    const manifest = readFileSync(join(__dirname, "..", "package.json"), "utf8");
    assert.equal(schema.version, (JSON.parse(manifest) as { version: string }).version);
  });

  it("keeps the credentials secret", () => {
    const typeOf = (type: string) => schema.types[`flux-instance:index:${type}`]?.properties ?? {};
    assert.equal(typeOf("Distribution")["artifactCredentials"]?.secret, true);
    assert.equal(typeOf("ArtifactCredentials")["password"]?.secret, true);
  });

  it("does not mark an input of the resource as secret, for which the SDK for Node.js would drop an empty text", () => {
    const marked = Object.keys(inputProperties).filter((key) => inputProperties[key]?.secret);
    assert.deepEqual(marked, []);
  });
});

function assertDefaults(
  properties: Readonly<Record<string, Property>>,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [key, { default: expected }] of Object.entries(properties)) {
    if (expected !== undefined) assert.deepEqual(values[key], expected, key);
    else if (typeof values[key] === "boolean") assert.fail(`${key} has a default in code only`);
  }
}
