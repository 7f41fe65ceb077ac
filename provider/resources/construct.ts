import { InputPropertiesError } from "@pulumi/pulumi/errors";
import * as log from "@pulumi/pulumi/log";
import type { ConstructResult } from "@pulumi/pulumi/provider";
import { DependencyResource, type ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { isObject, type Json } from "../core/manifest";
import { pathOf } from "../core/opaque";
import { InvalidInput, printProblem, type Problem } from "../core/problem";
import { overlap } from "../core/spec/paths";
import type { Lock } from "../io/locking";
import { prepare, type Preparing } from "../io/prepare";
import type { ReadPullSecret } from "../io/pull-secret";
import { clusterSource, type ClusterSource } from "./cluster-source";
import {
  FluxInstance,
  install,
  unknownOutputs,
  type Instance,
  type Place,
  type RawArgs,
} from "./flux-instance";
import { keep } from "./lock";
import { lookAtCluster } from "./look";
import { toPlainArgs, type PlainArgs } from "./opaque";
import { passedProvider } from "./passed-provider";

/** What the process gives to every construct. */
export type Means = Pick<Preparing, "files" | "surroundings" | "signal">;

/**
 * Constructs a FluxInstance: everything that can fail comes before the component is registered.
 *
 * @throws InputPropertiesError with every problem of the args
 */
export async function constructFluxInstance(
  name: string,
  inputs: RawArgs,
  options: ComponentResourceOptions,
  means: Means,
): Promise<ConstructResult> {
  const args = Object.fromEntries(
    Object.entries(inputs).filter(([key]) => key !== "kubeconfig" && key !== "context"),
  );
  await warnOfTwoClusters(name, inputs, options);
  const source = await clusterSource(inputs, options);
  const plainArgs = await toPlainArgs(args);
  const lock: Lock = (request) => keep(name, request, options);
  const given = { ...preparing(source, means), lock };
  const instance = await instanceOf(name, plainArgs, given, source);
  const place = { name, options: await repaired(options) };
  return await registered(place, inputs, instance, means);
}

/** The cluster is looked at first: in an update that cannot, nothing is registered. */
async function registered(
  { name, options }: Omit<Place, "component">,
  args: RawArgs,
  instance: Instance | undefined,
  means: Means,
): Promise<ConstructResult> {
  const looked =
    instance === undefined ? undefined : await lookAtCluster(name, instance, options, means);
  const component = new FluxInstance(name, args, instance, options);
  const place = { component, name, options };
  const { surroundings = {} } = means;
  const outputs =
    instance === undefined || looked === undefined
      ? unknownOutputs()
      : await install(place, instance, { looked, surroundings });
  component.complete(outputs);
  return { urn: component.urn, state: outputs };
}

async function warnOfTwoClusters(
  name: string,
  { kubeconfig, context }: RawArgs,
  options: ComponentResourceOptions,
): Promise<void> {
  const isPassed = passedProvider(options) !== undefined;
  if (!isPassed || (kubeconfig === undefined && context === undefined)) return;
  await log.warn(
    `${name}: kubeconfig and context are ignored, because the option providers names a Kubernetes provider.`,
  );
}

function preparing({ known: connection }: ClusterSource, means: Means): Preparing {
  const { surroundings = {}, signal } = means;
  const readPullSecret: ReadPullSecret = async (...secret) => {
    if (connection === undefined) throw new Error("the cluster is not known yet");
    const cluster = await import("../io/cluster/pull-secret.js");
    return cluster.readPullSecret(connection, surroundings, ...secret, signal);
  };
  return { ...means, strict: true, readPullSecret };
}

async function instanceOf(
  name: string,
  { args, opaques }: PlainArgs,
  given: Preparing,
  source: ClusterSource,
): Promise<Instance | undefined> {
  const reveal = (token: string) => opaques.reveal(token);
  try {
    const preparation = await prepare(args, { ...given, reveal });
    if ("undecided" in preparation) {
      const paths = preparation.undecided.map(({ token }) => pathOf(token)).join(", ");
      await log.warn(incomplete(name, paths));
      return undefined;
    }
    for (const warning of preparation.warnings) await log.warn(`${name}: ${warning}`);
    for (const note of preparation.notes) await log.info(`${name}: ${note}`);
    return { ...preparation, opaques, source };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw toInputPropertiesError(error, (path) => isPrintable(path, args, opaques.paths()));
  }
}

function incomplete(name: string, paths: string): string {
  return (
    `${name}: this preview can't show the objects of Flux, because ${paths} is not known yet and they depend on it. ` +
    "Deletes of its children that are shown here will not happen."
  );
}

/** A longer value would bury the message: a trusted root has some ten thousand characters. */
const MAX_PRINTED = 500;

/**
 * The engine prints the value at each path it is given: a path that reaches a secret, or a long value, goes into the
 * text alone.
 */
function toInputPropertiesError(
  { headline, problems }: InvalidInput,
  printable: (path: string) => boolean,
): Error {
  const shown = problems.filter(({ path }) => printable(path));
  const hidden = problems.filter(({ path }) => !printable(path));
  const message = [`${headline}.`, ...hidden.map(printProblem)].join("\n");
  if (shown.length === 0) return new Error(message);
  return new InputPropertiesError({ message, errors: shown.map(toPropertyError) });
}

function toPropertyError({ path, reason }: Problem) {
  return { propertyPath: path, reason };
}

function isPrintable(path: string, args: Json, opaquePaths: readonly string[]): boolean {
  if (path === "" || opaquePaths.some((opaque) => overlap(path, opaque))) return false;
  const value = JSON.stringify(valueAt(args, path) ?? null);
  return value.length <= MAX_PRINTED && !value.includes("@");
}

/** The value at a property path. */
function valueAt(args: Json, path: string): Json | undefined {
  return path
    .split(/[.[\]]+/)
    .filter((key) => key !== "")
    .reduce<Json | undefined>((value, key) => {
      if (Array.isArray(value)) return (value as readonly Json[])[Number(key)];
      return isObject(value) ? value[key] : undefined;
    }, args);
}

/** Repairs what the Node host does to the options. */
async function repaired(options: ComponentResourceOptions): Promise<ComponentResourceOptions> {
  return withCustomTimeouts(await withDeletedWith(options));
}

/** The host hands timeouts over with the names of the wire, and an empty text for each that is not set. */
function withCustomTimeouts(options: ComponentResourceOptions): ComponentResourceOptions {
  const { customTimeouts } = options;
  if (customTimeouts === undefined) return options;
  const entries = Object.entries(customTimeouts as Readonly<Record<string, string>>)
    .filter(([, timeout]) => timeout !== "")
    .map(([operation, timeout]) => [operation.replace(/^pb_/, ""), timeout]);
  return { ...options, customTimeouts: Object.fromEntries(entries) as typeof customTimeouts };
}

/**
 * The Node host takes the URN of `deletedWith` for a resource reference and cuts off its last part; together the parts
 * are the URN again. https://github.com/pulumi/pulumi/issues/23708
 */
async function withDeletedWith(
  options: ComponentResourceOptions,
): Promise<ComponentResourceOptions> {
  const { deletedWith } = options;
  if (deletedWith === undefined) return options;
  const { urn, id } = deletedWith as unknown as ReferenceParts;
  const [head, tail] = await Promise.all([urn.promise(), id.promise()]);
  return { ...options, deletedWith: new DependencyResource(`${head}::${tail}`) };
}

interface ReferenceParts {
  readonly urn: { promise(): Promise<string> };
  readonly id: { promise(): Promise<string> };
}
