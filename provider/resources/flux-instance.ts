import { all, Output, secret, type Input } from "@pulumi/pulumi/output";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Resource,
} from "@pulumi/pulumi/resource";
import type { Release } from "../core/distribution/release";
import { isObject } from "../core/manifest";
import type { Rendered } from "../core/render";
import type { Spec } from "../core/spec/spec";
import { connectionInputs, upserts } from "./connection";
import { registerFamily, type Registered, type Registering } from "./family";
import { KubernetesProvider } from "./kubernetes-provider";
import { unknownOutput, type Opaques } from "./opaque";
import { FLUX_INSTANCE, OUTPUTS } from "./outputs";
import { promised } from "./promised";

/** The args as the engine hands them over: anything in them may be an Output. */
export type RawArgs = Readonly<Record<string, Input<unknown>>>;

/** An instance that is ready to be registered. */
export interface Instance {
  readonly spec: Spec;
  readonly release: Release;
  readonly rendered: Rendered;
  readonly opaques: Opaques;
}

/** The outputs of the component, by name. */
export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], Input<unknown>>>;

/** Flux on one cluster: every object of the rendered Flux release is a child. */
export class FluxInstance extends ComponentResource {
  readonly outputs: Outputs;

  /**
   * @param args the raw args, so that their dependencies and secrets stay with the component
   * @param instance undefined when a deciding value is unknown in a preview: then there are no children
   */
  constructor(
    name: string,
    args: RawArgs,
    instance: Instance | undefined,
    opts: ComponentResourceOptions,
  ) {
    super(FLUX_INSTANCE, name, { ...withSecrets(args), resolved: resolvedOf(instance) }, opts);
    if (instance === undefined) {
      this.outputs = unknownOutputs();
    } else {
      const family = familyOf(name, this, args, instance, opts);
      const connection = connectionInputs(args, opts);
      const upsert = upserts(args, opts, instance.spec.adopt);
      const registered = registerFamily({ instance, family, connection, upsert });
      this.outputs = outputsOf(instance, registered);
    }
    this.registerOutputs(this.outputs);
  }
}

/** The release as an input, so that an upgrade shows as one line at the top of a preview. */
function resolvedOf(instance: Instance | undefined): Input<unknown> {
  if (instance === undefined) return unknownOutput();
  const { version, digest } = instance.release;
  return { version, digest };
}

/** A kubeconfig and credentials are secrets also where the caller's language did not mark them. */
function withSecrets(args: RawArgs): RawArgs {
  const { kubeconfig, distribution } = args;
  return {
    ...args,
    ...(kubeconfig === undefined ? {} : { kubeconfig: secret(kubeconfig) }),
    ...(distribution === undefined ? {} : { distribution: withSecretCredentials(distribution) }),
  };
}

function withSecretCredentials(distribution: Input<unknown>): Input<unknown> {
  const marked = (plain: unknown): unknown => {
    if (!isObject(plain)) return plain;
    const { artifactCredentials: credentials } = plain;
    const isAbsent = credentials === undefined || credentials === null;
    return isAbsent ? plain : { ...plain, artifactCredentials: secret<unknown>(credentials) };
  };
  return Output.isInstance(distribution) ? distribution.apply(marked) : marked(distribution);
}

function familyOf(
  name: string,
  parent: Resource,
  args: RawArgs,
  { spec: { adopt, deletionPolicy, deleteNamespace }, opaques }: Instance,
  opts: ComponentResourceOptions,
): Registering["family"] {
  const provider = ownProvider({ name, parent, args, adopt }, opts);
  const { ignoreChanges, customTimeouts } = opts;
  return {
    name,
    parent,
    urn: promised(parent.urn),
    opaques,
    deletionPolicy,
    deleteNamespace,
    ...(provider === undefined ? {} : { provider }),
    ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
}

/** Whether the user passed a Kubernetes provider; the host hands `providers` over by package. */
export function hasProvider({ providers }: ComponentResourceOptions): boolean {
  return Object.keys(providers ?? {}).includes("kubernetes");
}

interface Owner {
  readonly name: string;
  readonly parent: Resource;
  readonly args: RawArgs;
  readonly adopt: boolean;
}

/** A provider for the cluster that the args name; the user's own provider wins over it. */
function ownProvider(
  { name, parent, args: { kubeconfig, context }, adopt }: Owner,
  opts: ComponentResourceOptions,
): KubernetesProvider | undefined {
  if (hasProvider(opts) || (kubeconfig === undefined && context === undefined)) return undefined;
  return new KubernetesProvider(`${name}:kubernetes`, { kubeconfig, context, adopt }, { parent });
}

/** Outputs are there when all children are: who uses one waits for Flux. */
function outputsOf(instance: Instance, { all: resources, ready }: Registered): Outputs {
  const { release, rendered, spec, opaques } = instance;
  const values = {
    version: rendered.version,
    revision: rendered.revision,
    artifactDigest: release.digest,
    components: imagesOf(rendered, opaques),
    inventory: rendered.inventory,
    namespace: spec.namespace,
    ready,
  };
  const registered = all(resources.map(({ urn }) => urn));
  const entries = OUTPUTS.map((name) => [name, registered.apply(() => values[name])] as const);
  return Object.fromEntries(entries) as Record<(typeof OUTPUTS)[number], Output<unknown>>;
}

/** The images, as opaque as the patches that may have changed them. */
function imagesOf({ components, objects }: Rendered, opaques: Opaques): Input<unknown> {
  const taints = objects.flatMap(({ taints: tokens }) => tokens);
  if (taints.length === 0) return components;
  return all(taints.map((token) => opaques.outputOf(token))).apply(() => components);
}

function unknownOutputs(): Outputs {
  return Object.fromEntries(OUTPUTS.map((name) => [name, unknownOutput()])) as Record<
    (typeof OUTPUTS)[number],
    Output<unknown>
  >;
}
