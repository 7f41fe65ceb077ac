import { secret, type Input, type Output } from "@pulumi/pulumi/output";
import type { Connection } from "../io/cluster/connection";
import { connectionOf } from "../io/cluster/inputs";
import type { Settings, SourceKind } from "./settings";

/** How the lifecycle resources of an instance reach its cluster: their inputs for it. */
export interface ConnectionInputs {
  /** Content or path, a secret; without it the ambient kubeconfig is taken. */
  readonly kubeconfig?: Input<unknown>;
  readonly context?: Input<unknown>;
  readonly kubeconfigCluster?: Input<unknown>;
  /** How messages name the kubeconfig; it is there where one was given. */
  readonly kubeconfigOrigin?: string;
  /** Take an unreachable cluster for one that is gone when something is deleted. */
  readonly deleteUnreachable?: Input<unknown>;
}

const ORIGINS: Readonly<Record<SourceKind, string>> = {
  provider: "the kubeconfig of the Kubernetes provider",
  args: "the kubeconfig in the args",
  stack: "the kubeconfig in the stack's configuration",
};

/** The properties of a Kubernetes provider that lead to a cluster, with the inputs of a lifecycle resource for them. */
const INPUTS = { kubeconfig: "kubeconfig", context: "context", cluster: "kubeconfigCluster" };

/** What of the configuration the lifecycle resources take. */
export function connectionInputs({ kind, byName }: Settings): ConnectionInputs {
  const { deleteUnreachable } = byName;
  const inputs = leading(byName).map(({ property, input, setting: { value } }) => [
    input,
    property === "kubeconfig" ? toContent(value) : value,
  ]);
  return {
    ...(Object.fromEntries(inputs) as ConnectionInputs),
    ...originOf(kind, byName),
    ...(deleteUnreachable === undefined
      ? {}
      : { deleteUnreachable: deleteUnreachable.value.apply(isOn) }),
  };
}

/** The same as plain data; undefined where something of it is not known yet. */
export function knownConnection({ kind, byName }: Settings): Connection | undefined {
  const settings = leading(byName);
  if (settings.some(({ setting }) => !setting.isKnown)) return undefined;
  const texts = settings.map(({ input, setting }) => [input, toText(setting.plain)] as const);
  return connectionOf({ ...Object.fromEntries(texts), ...originOf(kind, byName) });
}

/** A kubeconfig is a secret also where the caller's language did not mark it. */
export function toContent(kubeconfig: Output<unknown>): Output<string> {
  return secret(kubeconfig.apply(toText));
}

/** As the Kubernetes plugin takes an object. */
function toText(kubeconfig: unknown): string {
  return typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig);
}

function leading(byName: Settings["byName"]) {
  return Object.entries(INPUTS).flatMap(([property, input]) => {
    const setting = byName[property];
    return setting === undefined ? [] : [{ property, input, setting }];
  });
}

function originOf(
  kind: SourceKind,
  { kubeconfig }: Settings["byName"],
): Pick<ConnectionInputs, "kubeconfigOrigin"> {
  return kubeconfig === undefined ? {} : { kubeconfigOrigin: ORIGINS[kind] };
}

/** A switch of a provider is kept as a text. */
function isOn(plain: unknown): boolean {
  return plain === true || plain === "true";
}
