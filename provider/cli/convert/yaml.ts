import { isObject, type Json, type JsonObject } from "../../core/manifest";
import { printYaml } from "../yaml";

/** A Pulumi YAML program with the args: a whole `Pulumi.yaml`. */
export function yamlProgram(args: JsonObject): string {
  return printYaml({
    name: "flux",
    runtime: "yaml",
    resources: {
      flux: { type: "flux-instance:FluxInstance", properties: escaped(args) },
    },
  });
}

/** A value without interpolations, and without what is null. */
function escaped(value: Json): Json {
  if (typeof value === "string") return escapeText(value);
  if (Array.isArray(value)) return value.map((item: Json) => escaped(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, entry]) =>
    entry === undefined || entry === null ? [] : [[escapeText(key), escaped(entry)] as const],
  );
  return Object.fromEntries(entries);
}

/**
 * In a Pulumi YAML program `$$` is a dollar and `${` starts an interpolation; any other dollar is itself.
 * https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/#interpolation
 */
function escapeText(text: string): string {
  return text.replace(/\$(?=[${])/g, "$$$$");
}
