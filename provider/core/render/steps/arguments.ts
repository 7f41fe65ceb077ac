import { listAt, withManager } from "../../deployment";
import type { Component, Size, Spec } from "../../spec/spec";
import { supports } from "../../version/features";
import type { Context, Step } from "../context";
import { mapControllers } from "../draft";
import { isSharded } from "../sources/shards";

/** What the arguments of one controller depend on. */
interface Controller {
  readonly component: Component;
  readonly shard?: string;
  readonly context: Context;
}

/** Components that reconcile objects and so take the tuning of a size and tenancy flags. */
const RECONCILERS: readonly Component[] = ["kustomize-controller", "helm-controller"];
const STORING: readonly Component[] = ["source-controller", "source-watcher"];

const HELM_CACHE = (size: number) => [
  `--helm-cache-max-size=${size}`,
  "--helm-cache-ttl=720m",
  "--helm-cache-purge-interval=60m",
];

const SOURCE_TUNING: Readonly<Record<Size, readonly string[]>> = {
  small: HELM_CACHE(10),
  medium: [...HELM_CACHE(50), "--concurrent=5"],
  large: [...HELM_CACHE(100), "--concurrent=10"],
};

/** What a size gives kustomize-controller and helm-controller. */
export const RECONCILER_TUNING: Readonly<Record<Size, readonly string[]>> = {
  small: ["--concurrent=5", "--requeue-dependency=10s"],
  medium: ["--concurrent=10", "--requeue-dependency=5s"],
  large: ["--concurrent=20", "--requeue-dependency=5s"],
};

/**
 * The arguments of each controller: the release's own, set by name, then what the options add, in the order of the
 * reference. `--feature-gates` may come twice; Flux merges them.
 */
export const controllerArguments: Step = (drafts, context) =>
  mapControllers(drafts, (deployment, component, shard) => {
    const controller = { component, context, ...(shard === undefined ? {} : { shard }) };
    return withManager(deployment, (container) => ({
      ...container,
      args: [...ownArguments(listAt(container, "args"), controller), ...added(controller)],
    }));
  });

function ownArguments(args: readonly unknown[], controller: Controller): readonly string[] {
  const { component, context } = controller;
  const { namespace, components, cluster } = context.spec;
  const notified = components.includes("notification-controller");
  const events = `http://notification-controller.${namespace}.svc.${cluster.domain}./`;
  const values: Readonly<Record<string, string>> = {
    "--watch-all-namespaces": "true",
    "--log-level": "info",
    ...(component === "notification-controller" ? {} : { "--events-addr": notified ? events : "" }),
    ...(STORING.includes(component) ? { "--storage-adv-addr": address(component, cluster) } : {}),
  };
  return args.map(String).map((arg) => {
    const [flag = ""] = arg.split("=", 1);
    const value = values[flag];
    return value === undefined ? arg : `${flag}=${value}`;
  });
}

/** The address that a source controller advertises for its artifacts. */
function address(name: string, { domain }: Spec["cluster"]): string {
  return `${name}.$(RUNTIME_NAMESPACE).svc.${domain}.`;
}

function added(controller: Controller): readonly string[] {
  return [
    ...sharding(controller),
    ...tuning(controller),
    ...tenancy(controller),
    ...externalArtifacts(controller),
    ...workloadIdentity(controller),
  ];
}

function sharding({ component, shard, context }: Controller): readonly string[] {
  const { sharding: split, cluster } = context.spec;
  if (split === undefined || !isSharded(component, context)) return [];
  if (shard === undefined) return [`--watch-label-selector=!${split.key}`];
  const own = STORING.includes(component)
    ? [`--storage-adv-addr=${address(`${component}-${shard}`, cluster)}`]
    : [];
  return [...own, `--watch-label-selector=${split.key}=${shard}`];
}

function tuning({ component, context }: Controller): readonly string[] {
  const { size } = context.spec.cluster;
  if (size === undefined) return [];
  if (component === "source-controller") return SOURCE_TUNING[size];
  return RECONCILERS.includes(component) ? RECONCILER_TUNING[size] : [];
}

function tenancy({ component, context }: Controller): readonly string[] {
  const { multitenant, tenantDefaultServiceAccount: account } = context.spec.cluster;
  if (!multitenant || component === "source-controller") return [];
  return [
    "--no-cross-namespace-refs=true",
    ...(component === "kustomize-controller" ? ["--no-remote-bases=true"] : []),
    ...(RECONCILERS.includes(component) ? [serviceAccount("", account)] : []),
  ];
}

function externalArtifacts({ component, context }: Controller): readonly string[] {
  const watched = context.spec.components.includes("source-watcher");
  return watched && RECONCILERS.includes(component)
    ? ["--feature-gates=ExternalArtifact=true"]
    : [];
}

function workloadIdentity(controller: Controller): readonly string[] {
  if (controller.component === "source-watcher") return [];
  return [...objectLevelGate(controller), ...tenantIdentities(controller)];
}

/** From 2.7 the gate is written out, on or off; in 2.6 only where it is on, and helm-controller has none. */
function objectLevelGate({ component, context }: Controller): readonly string[] {
  const { version } = context.release;
  const on = context.spec.cluster.objectLevelWorkloadIdentity;
  const gate = `--feature-gates=ObjectLevelWorkloadIdentity=${String(on)}`;
  if (supports("objectLevelWorkloadIdentityAlways", version)) return [gate];
  const partly = supports("objectLevelWorkloadIdentity", version);
  return partly && on && component !== "helm-controller" ? [gate] : [];
}

function tenantIdentities({ component, context }: Controller): readonly string[] {
  const { cluster } = context.spec;
  if (!cluster.multitenantWorkloadIdentity) return [];
  const kubeConfig = serviceAccount("kubeconfig-", cluster.tenantDefaultKubeConfigServiceAccount);
  if (component === "helm-controller") return [kubeConfig];
  if (component !== "kustomize-controller") {
    return [serviceAccount("", cluster.tenantDefaultServiceAccount)];
  }
  const account = cluster.tenantDefaultDecryptionServiceAccount;
  return [serviceAccount("decryption-", account), kubeConfig];
}

function serviceAccount(use: string, name: string | undefined): string {
  return `--default-${use}service-account=${name === undefined || name === "" ? "default" : name}`;
}
