import type { JsonObject } from "../manifest";
import { RECONCILER_TUNING } from "../render/steps/arguments";
import { SIZES, type Component, type Size } from "../spec/spec";
import { flagOf, type Controller } from "./controller";
import type { Observed } from "./observed";

const DOMAIN = /\.svc\.([^/]+?)\.?(?::\d+)?\/?$/;

/** `cluster`, without what is the default. */
export function clusterOf(
  { hasNetworkPolicies, isOpenShift }: Observed,
  controllers: readonly Controller[],
): JsonObject {
  const size = sizeOf(controllers);
  const domain = domainOf(controllers);
  return {
    ...(isOpenShift ? { type: "openshift" } : {}),
    ...(size === undefined ? {} : { size }),
    ...(domain === undefined || domain === "cluster.local" ? {} : { domain }),
    ...(hasNetworkPolicies ? {} : { networkPolicy: false }),
    ...tenancyOf(controllers),
    ...identityOf(controllers),
  };
}

/** The size whose tuning kustomize-controller has, else helm-controller. */
function sizeOf(controllers: readonly Controller[]): Size | undefined {
  const controller =
    mainOf(controllers, "kustomize-controller") ?? mainOf(controllers, "helm-controller");
  if (controller === undefined) return undefined;
  return SIZES.find((size) =>
    RECONCILER_TUNING[size].every((arg) => {
      const [name = "", value] = arg.split("=", 2);
      return flagOf(controller, name) === value;
    }),
  );
}

/** The domain at the end of the addresses that the controllers are told. */
function domainOf(controllers: readonly Controller[]): string | undefined {
  const addresses = controllers.flatMap((controller) =>
    ["--events-addr", "--storage-adv-addr"].flatMap((name) => flagOf(controller, name) ?? []),
  );
  return addresses.flatMap((address) => DOMAIN.exec(address)?.[1] ?? [])[0];
}

/** https://fluxcd.io/flux/installation/configuration/multitenancy/ */
function tenancyOf(controllers: readonly Controller[]): JsonObject {
  const isLocked = controllers.some(
    (controller) => flagOf(controller, "--no-cross-namespace-refs") === "true",
  );
  if (!isLocked) return {};
  const account = accountOf(controllers, "kustomize-controller", "--default-service-account");
  return {
    multitenant: true,
    ...(account === undefined ? {} : { tenantDefaultServiceAccount: account }),
  };
}

function identityOf(controllers: readonly Controller[]): JsonObject {
  const gates = controllers.flatMap(({ flags }) => flags.get("--feature-gates") ?? []);
  const isObjectLevel = gates.some((gate) =>
    gate.split(",").includes("ObjectLevelWorkloadIdentity=true"),
  );
  const objectLevel = isObjectLevel ? { objectLevelWorkloadIdentity: true } : {};
  // Only multi-tenant workload identity gives source-controller an account.
  const isMultitenant = controllers.some(
    (controller) =>
      controller.component === "source-controller" &&
      flagOf(controller, "--default-service-account") !== undefined,
  );
  if (!isMultitenant) return objectLevel;
  const kustomize = "kustomize-controller";
  const tenant = accountOf(controllers, "source-controller", "--default-service-account");
  const decryption = accountOf(controllers, kustomize, "--default-decryption-service-account");
  const kubeConfig = accountOf(controllers, kustomize, "--default-kubeconfig-service-account");
  return {
    ...objectLevel,
    multitenantWorkloadIdentity: true,
    ...(tenant === undefined ? {} : { tenantDefaultServiceAccount: tenant }),
    ...(decryption === undefined ? {} : { tenantDefaultDecryptionServiceAccount: decryption }),
    ...(kubeConfig === undefined ? {} : { tenantDefaultKubeConfigServiceAccount: kubeConfig }),
  };
}

/** An account that a controller is told; undefined for `default`, which is the default. */
function accountOf(
  controllers: readonly Controller[],
  component: Component,
  flag: string,
): string | undefined {
  const controller = mainOf(controllers, component);
  const account = controller === undefined ? undefined : flagOf(controller, flag);
  return account === "default" || account === "" ? undefined : account;
}

function mainOf(controllers: readonly Controller[], component: Component): Controller | undefined {
  return controllers.find((it) => it.component === component && it.shard === undefined);
}
