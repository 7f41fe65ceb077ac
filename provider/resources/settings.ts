import { all, isSecret, output, secret, type Input, type Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";
import * as config from "@pulumi/pulumi/runtime/config";
import type { RawArgs } from "./flux-instance";
import { passedProvider, PROVIDER_PROPERTIES, type PassedProvider } from "./passed-provider";
import { isKnown, promisedOrUnknown } from "./promised";

/** One property of the configuration of a Kubernetes provider. */
export interface Setting {
  /** As unknown and as secret as it was given, with the resources it depends on. */
  readonly value: Output<unknown>;
  /** What `value` has; of no use where that is not known yet. */
  readonly plain: unknown;
  readonly isKnown: boolean;
  readonly isSecret: boolean;
}

/** Where the configuration of a cluster comes from. */
export type SourceKind = "provider" | "args" | "stack";

/** The configuration as it was given. */
export interface Settings {
  readonly kind: SourceKind;
  readonly byName: Readonly<Record<string, Setting>>;
}

/**
 * Reads the configuration of the cluster: that of the Kubernetes provider in `providers`, else `kubeconfig` and `context`
 * of the args, else that of the stack. They are not mixed, as Pulumi mixes none of them.
 *
 * @throws Error where the provider can't be read
 */
export async function readSettings(
  { kubeconfig, context }: RawArgs,
  options: ComponentResourceOptions,
): Promise<Settings> {
  const passed = passedProvider(options);
  if (passed !== undefined) return { kind: "provider", byName: await passedSettings(passed) };
  const named = Object.entries({ kubeconfig, context }).filter(([, value]) => isThere(value));
  if (named.length === 0) return { kind: "stack", byName: await stackSettings() };
  return { kind: "args", byName: await settled(named) };
}

async function settled(inputs: readonly (readonly [string, Input<unknown>])[]) {
  const entries = inputs.map(async ([name, input]) => [name, await settle(output(input))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function settle(value: Output<unknown>): Promise<Setting> {
  return {
    value,
    plain: await promisedOrUnknown(value),
    isKnown: await isKnown(value),
    isSecret: await isSecret(value),
  };
}

/**
 * In a preview the SDK takes a property that the provider has not got for one that is not known, so the values are
 * wrapped anew. They depend on the provider, so that what it depends on, as the cluster, is deleted later.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/rpc.ts (resolveProperties)
 */
async function passedSettings(passed: PassedProvider): Promise<Settings["byName"]> {
  const found = await Promise.all(
    PROVIDER_PROPERTIES.map(async (name) => {
      const value = passed.property(name);
      return { name, plain: await promisedOrUnknown(value), isHidden: await isSecret(value) };
    }),
  );
  const there = found.filter(({ plain }) => isThere(plain));
  return settled(
    there.map(({ name, plain, isHidden }) => {
      const value = isHidden ? secret(plain) : output(plain);
      return [name, all([passed.urn, value]).apply(([, own]) => own)] as const;
    }),
  );
}

/** The key of the default provider and what the engine adds to it are of no use to another provider. */
const ENGINE_KEYS = ["version", "pluginDownloadURL"];

/** https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
function stackSettings(): Promise<Settings["byName"]> {
  const prefix = "kubernetes:";
  const entries = Object.entries(config.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), isHidden(key) ? secret(text) : text] as const);
  return settled(entries.filter(([name]) => !ENGINE_KEYS.includes(name)));
}

/** The SDK has it, though not among its public types. */
function isHidden(key: string): boolean {
  return (config as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
