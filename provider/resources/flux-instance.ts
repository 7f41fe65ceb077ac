import { all, Output, secret, type Input } from "@pulumi/pulumi/output";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi/resource";
import type { Release } from "../core/distribution/release";
import { lifecycleInputs } from "../core/lifecycle/inputs";
import { isObject } from "../core/manifest";
import type { Rendered } from "../core/render";
import type { Spec } from "../core/spec/spec";
import type { ClusterSource } from "./cluster-source";
import { registerFamily, type Registering } from "./family";
import { named } from "./former";
import { guard, type Guarded, type Guarding } from "./guard";
import { KubernetesProvider } from "./kubernetes-provider";
import type { LifecycleFamily, LifecycleResource } from "./lifecycle";
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
  }

  /** Ends the registration. */
  complete(outputs: Outputs): void {
    this.registerOutputs(outputs);
  }
}

/** Where an instance is registered. */
export interface Place {
  readonly component: FluxInstance;
  readonly name: string;
  readonly options: ComponentResourceOptions;
}

/**
 * Registers the children of an instance that may change its cluster.
 *
 * @returns the outputs of the component
 */
export async function install(
  place: Place,
  instance: Instance,
  { looked, surroundings }: Pick<Guarding, "looked" | "surroundings">,
): Promise<Outputs> {
  const { component, name, options } = place;
  const { customTimeouts } = options;
  const relatives: LifecycleFamily = {
    ...named(name, options),
    parent: component,
    connection: instance.source.connection,
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
  const lifecycle = lifecycleInputs(instance.spec, instance.release, instance.rendered);
  const urn = promised(component.urn);
  const guarded = await guard({ instance, lifecycle, looked, relatives, urn, surroundings });
  const family = familyOf(relatives, options, instance, guarded);
  return outputsOf(instance, registerFamily({ instance, lifecycle, family, relatives, guarded }));
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
  { name, formers, parent, customTimeouts }: LifecycleFamily,
  { ignoreChanges }: ComponentResourceOptions,
  { spec: { deletionPolicy, deleteNamespace }, opaques, source: { configuration } }: Instance,
  { owner, cluster, left, volume, absences }: Guarded,
): Registering["family"] {
  const settings = { configuration, clusterIdentifier: cluster };
  const provider = new KubernetesProvider({ name, formers }, settings, parent);
  return {
    name,
    formers,
    parent,
    owner,
    opaques,
    deletionPolicy,
    deleteNamespace,
    left,
    volume,
    absences,
    provider,
    ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
}

/**
 * Outputs are there when Flux is: they depend on Readiness, which comes last, and on no other child, so that no replacement of
 * a child reaches what uses them.
 */
function outputsOf(instance: Instance, readiness: LifecycleResource): Outputs {
  const { release, rendered, spec, opaques } = instance;
  const values = {
    version: rendered.version,
    revision: rendered.revision,
    artifactDigest: release.digest,
    components: imagesOf(rendered, opaques),
    inventory: rendered.inventory,
    namespace: spec.namespace,
    ready: readiness.output("ready"),
  };
  const entries = OUTPUTS.map((name) => [name, readiness.urn.apply(() => values[name])] as const);
  return Object.fromEntries(entries) as Record<(typeof OUTPUTS)[number], Output<unknown>>;
}

/** The images, as opaque as the patches that may have changed them. */
function imagesOf({ components, objects }: Rendered, opaques: Opaques): Input<unknown> {
  const taints = objects.flatMap(({ taints: tokens }) => tokens);
  if (taints.length === 0) return components;
  return all(taints.map((token) => opaques.outputOf(token))).apply(() => components);
}

/** The outputs of an instance that is not known yet. */
export function unknownOutputs(): Outputs {
  return Object.fromEntries(OUTPUTS.map((name) => [name, unknownOutput()])) as Record<
    (typeof OUTPUTS)[number],
    Output<unknown>
  >;
}
