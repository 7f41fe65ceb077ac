import { claimsOf, deploymentContainers, listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject, type Manifest } from "../manifest";
import { COMPONENTS, type Component } from "../spec/spec";

/** The values of each flag in their order; `true` for one without a value. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** A Deployment of Flux, as far as options of an instance can have made it. */
export interface Controller {
  readonly component: Component;
  /** The name of the Deployment. */
  readonly name: string;
  /** The label of the objects that it works on, where it is one of several shards. */
  readonly shard?: { readonly key: string; readonly name: string };
  readonly flags: Flags;
  readonly image: string;
  /** The first of its image pull secrets; empty where it has none. */
  readonly pullSecret: string;
  /** The names of the volume claims that it mounts. */
  readonly claims: readonly string[];
  /** The version of Flux by its label; empty where it has none. */
  readonly version: string;
}

/** Reads a live Deployment; undefined where it is no controller of Flux. */
export function controllerOf(deployment: JsonObject): Controller | undefined {
  const manifest = { ...deployment, kind: "Deployment" } as unknown as Manifest;
  const metadata = objectAt(deployment, "metadata");
  const name = textAt(metadata, "name");
  const [container = {}] = deploymentContainers(manifest);
  const flags = flagsOf(listAt(container, "args").map(String));
  const shard = shardOf(flags);
  const component = COMPONENTS.find(
    (known) => name === known || (shard !== undefined && name === `${known}-${shard.name}`),
  );
  if (component === undefined) return undefined;
  return {
    component,
    name,
    ...(shard === undefined || name === component ? {} : { shard }),
    flags,
    image: textAt(container, "image"),
    pullSecret: pullSecretOf(deployment),
    claims: claimsOf(manifest),
    version: textAt(objectAt(metadata, "labels"), "app.kubernetes.io/version"),
  };
}

/** The last value of a flag, which is the one that counts. */
export function flagOf({ flags }: Controller, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}

function flagsOf(args: readonly string[]): Flags {
  const flags = new Map<string, readonly string[]>();
  for (const arg of args) {
    const at = arg.indexOf("=");
    const [name, value] = at < 0 ? [arg, "true"] : [arg.slice(0, at), arg.slice(at + 1)];
    flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  return flags;
}

/** https://fluxcd.io/flux/installation/configuration/sharding/ */
function shardOf(flags: Flags): Controller["shard"] {
  const selector = flags.get("--watch-label-selector")?.at(-1) ?? "";
  const match = /^([^!=,\s]+)=([^=,\s]+)$/.exec(selector);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { key: match[1], name: match[2] };
}

function pullSecretOf(deployment: JsonObject): string {
  const pod = objectAt(objectAt(objectAt(deployment, "spec"), "template"), "spec");
  const [secret] = listAt(pod, "imagePullSecrets");
  return isObject(secret) ? textAt(secret, "name") : "";
}
