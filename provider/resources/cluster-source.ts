import type { Input } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { getConfig } from "@pulumi/pulumi/runtime/config";
import type { Connection } from "../io/cluster/connection";
import { connectionInputs, knownConnection, toContent, type ConnectionInputs } from "./connection";
import type { RawArgs } from "./flux-instance";
import { readSettings, type Settings } from "./settings";
import { requireUsable } from "./settings-problems";

/** Which cluster an instance is for, and as whom. */
export interface ClusterSource {
  /** The properties of a Kubernetes provider for it, as the user gave them. */
  readonly configuration: Readonly<Record<string, Input<unknown>>>;
  /** The inputs of lifecycle resources for it. */
  readonly connection: ConnectionInputs;
  /** The same as plain data; undefined where something of it is not known yet. */
  readonly known: Connection | undefined;
}

/** It says which cluster another provider is for. That of ours is the UID of the cluster. */
const NOT_COPIED = ["clusterIdentifier"];

/**
 * Says which cluster an instance is for: that of the Kubernetes provider in `providers`, else of `kubeconfig` and
 * `context` in the args, else of the stack's `kubernetes:*` configuration, else the ambient one, which the Kubernetes
 * plugin and ours find in the same way. The variables PULUMI_K8S_* count for what is not set: the plugin reads them.
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go (Configure)
 *
 * @throws InvalidInput for what no instance can work with
 */
export async function clusterSource(
  args: RawArgs,
  options: ComponentResourceOptions,
): Promise<ClusterSource> {
  const settings = await readSettings(args, options);
  requireUsable(settings, getConfig("kubernetes:strictMode") === "true");
  return {
    configuration: configurationOf(settings),
    connection: connectionInputs(settings),
    known: knownConnection(settings),
  };
}

function configurationOf({ byName }: Settings): ClusterSource["configuration"] {
  return Object.fromEntries(
    Object.entries(byName)
      .filter(([name]) => !NOT_COPIED.includes(name))
      .map(([name, { value }]) => [name, name === "kubeconfig" ? toContent(value) : value]),
  );
}
