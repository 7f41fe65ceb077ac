/** What a program in YAML may give a provider here. */
const PROVIDER_INPUTS = ["kubeconfig", "context", "cluster", "namespace"];

/** The kinds that programs in YAML make here, with the fields that they have; other languages ask for no schema. */
const KINDS = [
  ["v1", "Namespace", "core/v1", ["metadata", "spec"]],
  ["v1", "Secret", "core/v1", ["data", "immutable", "metadata", "stringData", "type"]],
] as const;

const ANY = { $ref: "pulumi.json#/Any" };

/** The little of the real plugin's schema without which Pulumi's YAML refuses a program. */
export function schemaOf(version: string): string {
  const resources = KINDS.map(([apiVersion, kind, module, fields]) => {
    const properties = {
      apiVersion: { type: "string", const: apiVersion },
      kind: { type: "string", const: kind },
      ...Object.fromEntries(fields.map((field) => [field, ANY])),
    };
    return [`kubernetes:${module}:${kind}`, { properties, inputProperties: properties }] as const;
  });
  const inputs = PROVIDER_INPUTS.map((name) => [name, { type: "string" }] as const);
  const provider = { inputProperties: Object.fromEntries(inputs) };
  const name = "kubernetes";
  return JSON.stringify({ name, version, resources: Object.fromEntries(resources), provider });
}
