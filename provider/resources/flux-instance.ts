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
import type { ClusterSource } from "./cluster-source";
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
  /** Where the configuration of its cluster comes from. */
  readonly source: ClusterSource;
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
      const { configuration, connection } = instance.source;
      const family = familyOf(name, this, instance, opts);
      const provider = (clusterIdentifier: Input<unknown>) => {
        const properties = { configuration, clusterIdentifier };
        return new KubernetesProvider(`${name}:kubernetes`, properties, { parent: this });
      };
      const registered = registerFamily({ instance, family, connection, provider });
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
  { spec: { deletionPolicy, deleteNamespace }, opaques }: Instance,
  opts: ComponentResourceOptions,
): Registering["family"] {
  const { ignoreChanges, customTimeouts } = opts;
  return {
    name,
    parent,
    urn: promised(parent.urn),
    opaques,
    deletionPolicy,
    deleteNamespace,
    ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
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
