import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { isToken } from "../core/opaque";
import type { Connection } from "../io/cluster/connection";
import { hasProvider, type RawArgs } from "./flux-instance";
import { toPlainArgs } from "./opaque";

/**
 * The cluster of an instance, as far as it is known before anything is registered.
 *
 * @throws Error with the reason where it is not
 */
export async function connectionOf(
  inputs: RawArgs,
  options: ComponentResourceOptions,
): Promise<Connection> {
  if (hasProvider(options)) {
    throw new Error("the cluster of the Kubernetes provider in the option providers is not read");
  }
  const { kubeconfig, context } = inputs;
  const { args, opaques } = await toPlainArgs({ kubeconfig, context });
  const known = Object.entries(args as object).flatMap(([key, value]: [string, unknown]) => {
    if (value === null) return [];
    const plain = isToken(value) ? opaques.reveal(value) : value;
    if (plain === undefined) throw new Error(`${key} is not known yet`);
    return [[key, plain] as const];
  });
  return Object.fromEntries(known);
}
