import { Config } from "@pulumi/pulumi/config";
import { isSecret, output, secret, type Input, type Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { isToken } from "../core/opaque";
import type { Connection } from "../io/cluster/connection";
import { connectionOf as toConnection } from "../io/cluster/inputs";
import type { RawArgs } from "./flux-instance";
import { toPlainArgs } from "./opaque";
import { passedProvider } from "./passed-provider";
import { promisedOrUnknown } from "./promised";

/** How the lifecycle resources of an instance reach its cluster: their inputs for it. */
export interface ConnectionInputs {
  /** Content or path, a secret; without it the ambient kubeconfig is taken. */
  readonly kubeconfig?: Input<unknown>;
  readonly context?: Input<unknown>;
  readonly kubeconfigCluster?: Input<unknown>;
  /** How messages name the kubeconfig. */
  readonly kubeconfigOrigin?: string;
  /** Take an unreachable cluster for one that is gone when something is deleted. */
  readonly deleteUnreachable?: Input<unknown>;
}

/**
 * The way to the cluster that the Kubernetes provider of the children takes: that of the user's own provider, else of
 * the args, else of the stack's default provider, whose configuration is that of the stack.
 */
export function connectionInputs(
  { kubeconfig, context }: RawArgs,
  options: ComponentResourceOptions,
): ConnectionInputs {
  const passed = passedProvider(options);
  if (passed !== undefined) {
    return {
      kubeconfig: secret(given(passed.kubeconfig)),
      kubeconfigOrigin: "the kubeconfig of the Kubernetes provider",
      context: given(passed.context),
      kubeconfigCluster: given(passed.cluster),
      deleteUnreachable: isOn(passed.deleteUnreachable),
    };
  }
  if (kubeconfig === undefined && context === undefined) return configured();
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig: secret(kubeconfig) }),
    ...(context === undefined ? {} : { context }),
    kubeconfigOrigin: "the kubeconfig in the args",
  };
}

/** https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
function configured(): ConnectionInputs {
  const config = new Config("kubernetes");
  const kubeconfig = config.get("kubeconfig");
  const context = config.get("context");
  const kubeconfigCluster = config.get("cluster");
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig: secret(kubeconfig) }),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfigCluster === undefined ? {} : { kubeconfigCluster }),
    kubeconfigOrigin: "the kubeconfig in the stack's configuration",
    deleteUnreachable: config.get("deleteUnreachable") === "true",
  };
}

/** Whether the Kubernetes provider of the children takes over objects that exist; ours does with `adopt`. */
export function upserts(
  { kubeconfig, context }: RawArgs,
  options: ComponentResourceOptions,
  adopt: boolean,
): Input<boolean> {
  const passed = passedProvider(options);
  if (passed !== undefined) return isOn(passed.upsertExistingObjects);
  if (kubeconfig !== undefined || context !== undefined) return adopt;
  return new Config("kubernetes").get("upsertExistingObjects") === "true";
}

/** A switch of a provider is kept as a text. */
function isOn(value: Output<unknown>): Output<boolean> {
  return given(value).apply((plain) => plain === true || plain === "true");
}

/**
 * A property of a passed provider. In a preview the SDK takes one that the provider has not got for an unknown one, and
 * the cluster would not be asked.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/rpc.ts (resolveProperties)
 */
function given(value: Output<unknown>): Output<unknown> {
  const plain = output(promisedOrUnknown(value));
  return output(isSecret(value)).apply((hidden) => (hidden ? secret(plain) : plain));
}

/** A preview may not know yet which cluster is meant. */
export class UnknownConnection extends Error {
  override readonly name = "UnknownConnection";
}

/**
 * The cluster of an instance, as far as it is known before anything is registered.
 *
 * @throws UnknownConnection with the reason where it is not
 */
export async function connectionOf(
  inputs: RawArgs,
  options: ComponentResourceOptions,
): Promise<Connection> {
  const { args, opaques } = await toPlainArgs({ ...connectionInputs(inputs, options) });
  const known = Object.entries(args as object).flatMap(([key, value]: [string, unknown]) => {
    if (value === null) return [];
    const plain = isToken(value) ? opaques.reveal(value) : value;
    if (plain === undefined) throw new UnknownConnection(`${key} is not known yet`);
    return [[key, plain] as const];
  });
  return toConnection(Object.fromEntries(known) as Parameters<typeof toConnection>[0]);
}
