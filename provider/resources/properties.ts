import { all, output, type Input } from "@pulumi/pulumi/output";
import { isObject, type Json, type JsonObject, type Manifest } from "../core/manifest";
import { isToken, SPREAD, splitTokens, tokensIn } from "../core/opaque";
import type { RenderedObject } from "../core/render";
import type { Opaques } from "./opaque";

/** The properties of a child resource. */
export type Properties = Record<string, Input<unknown>>;

/**
 * The properties of the child for a rendered object: tokens become the Outputs they stand for. Everything that an
 * opaque patch may have changed depends on that patch: unknown with it, secret with it.
 */
export function propertiesOf({ manifest, taints }: RenderedObject, opaques: Opaques): Properties {
  const properties = withOutputs(manifest, opaques) as Properties;
  if (taints.length === 0) return properties;
  return tainted(manifest, properties, all(taints.map((token) => opaques.outputOf(token))));
}

function tainted(manifest: Manifest, properties: Properties, by: Input<unknown>): Properties {
  const { name, namespace } = manifest.metadata;
  const { apiVersion, kind, metadata, ...rest } = properties;
  const behind = (value: Input<unknown>) => all([by, value]).apply(([, plain]) => plain);
  const details = Object.entries(metadata as Properties).filter(
    ([key]) => key !== "name" && key !== "namespace",
  );
  return {
    apiVersion,
    kind,
    metadata: {
      ...Object.fromEntries(details.map(([key, value]) => [key, behind(value)])),
      name,
      ...(namespace === undefined ? {} : { namespace }),
    },
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, behind(value)])),
  };
}

function withOutputs(value: Json | undefined, opaques: Opaques): Input<unknown> {
  if (typeof value === "string") return textWithOutputs(value, opaques);
  if (Array.isArray(value)) return value.map((item: Json) => withOutputs(item, opaques));
  if (isObject(value)) return objectWithOutputs(value, opaques);
  return value;
}

function textWithOutputs(text: string, opaques: Opaques): Input<unknown> {
  if (tokensIn(text).length === 0) return text;
  if (isToken(text)) return opaques.outputOf(text);
  const parts = splitTokens(text).map((part) => (isToken(part) ? opaques.outputOf(part) : part));
  return all(parts).apply((values) => values.join(""));
}

function objectWithOutputs(object: JsonObject, opaques: Opaques): Input<unknown> {
  const { [SPREAD]: token, ...rest } = object;
  const entries = Object.entries(rest).map(([key, item]) => [key, withOutputs(item, opaques)]);
  const plain = Object.fromEntries(entries) as Properties;
  if (typeof token !== "string") return plain;
  return all([output(plain), opaques.outputOf(token)]).apply(([own, added]) => ({
    ...own,
    ...(isObject(added) ? added : {}),
  }));
}
