import type { Json, JsonObject } from "../core/manifest";
import { InvalidInput, printProblem, type Problem } from "../core/problem";
import { read } from "../core/spec/read";
import { validate } from "../core/spec/validate";
import type { Surroundings } from "../io/oci/access";
import { ParsedFiles } from "../io/parsed-files";
import { prepare, type Prepared } from "../io/prepare";
import type { ReadPullSecret } from "../io/pull-secret";
import { NoYaml, parseDocuments } from "./documents";
import { readText, unreadable } from "./input";
import {
  API_VERSION,
  isFluxInstance,
  KIND,
  pathInManifest,
  toArgs,
  type Translation,
} from "./manifest";
import { namesRegistry, withSource } from "./source";
import type { Given } from "./verb";

/** A manifest that can be used: as args, and rendered. */
export interface Loaded extends Prepared {
  readonly args: JsonObject;
}

const HEADLINE = "The FluxInstance can't be used as it is written";

/**
 * Reads the FluxInstance in a file, and renders it.
 *
 * @param distribution what takes the place of its own distribution, if anything
 * @throws InvalidInput with every problem at once
 */
export async function load(file: string, given: Given, distribution?: string): Promise<Loaded> {
  return prepared(await translate(file, given), given, distribution);
}

/**
 * Reads the FluxInstance in a file as args. They are rendered, to find what is wrong; not where the releases are in a
 * registry, as converting needs no network.
 *
 * @throws InvalidInput with every problem at once
 */
export async function loadArgs(
  file: string,
  given: Given,
): Promise<Pick<Loaded, "args" | "warnings">> {
  const translation = await translate(file, given);
  const { args, problems } = translation;
  if (!namesRegistry(args)) return prepared(translation, given);
  const reading = read(args);
  const { errors, mismatches } = validate(reading);
  const found = [...reading.problems, ...errors].map(({ path, reason }) => ({
    path: pathInManifest(path),
    reason,
  }));
  if (problems.length + found.length > 0) throw new InvalidInput(HEADLINE, [...problems, ...found]);
  return { args, warnings: mismatches.map(printProblem) };
}

async function translate(file: string, { stdin }: Given): Promise<Translation> {
  return toArgs(instanceIn(file, await readText(file, stdin)));
}

async function prepared(
  translation: Translation,
  given: Given,
  distribution?: string,
): Promise<Loaded> {
  const { args } = withSource(translation.args, distribution);
  const nameOf = (path: string) =>
    distribution !== undefined && path === "distribution.artifact"
      ? "--distribution"
      : pathInManifest(path);
  const found = await prepareAll(args, given, translation.problems, nameOf);
  return { ...found, args };
}

/** Prepares the args, and tells their problems together with those found before. */
async function prepareAll(
  args: JsonObject,
  given: Given,
  problems: readonly Problem[],
  nameOf: (path: string) => string,
): Promise<Prepared> {
  const found = await tryPrepare(args, given);
  if (!(found instanceof InvalidInput) && problems.length === 0) return found;
  const others = found instanceof InvalidInput ? found.problems : [];
  const named = others.map(({ path, reason }) => ({ path: nameOf(path), reason }));
  const known = problems.map(({ path }) => path);
  throw new InvalidInput(HEADLINE, [
    ...problems,
    ...named.filter(({ path }) => !known.some((other) => path.startsWith(other))),
  ]);
}

async function tryPrepare(
  args: JsonObject,
  { surroundings, readPullSecret = ambientReader(surroundings) }: Given,
): Promise<Prepared | InvalidInput> {
  try {
    const preparation = await prepare(args, {
      files: new ParsedFiles(),
      surroundings,
      strict: false,
      readPullSecret,
    });
    // Only tokens are undecided, and a manifest with NUL, which frames them, is refused.
    if ("undecided" in preparation) throw new Error("a manifest has no unknown values");
    return preparation;
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
}

/** Reads Secrets from the cluster of the ambient kubeconfig. */
function ambientReader(surroundings: Surroundings): ReadPullSecret {
  return async (...secret) => {
    const cluster = await import("../io/cluster/pull-secret.js");
    return cluster.readPullSecret({}, surroundings, ...secret);
  };
}

function instanceIn(file: string, text: string): JsonObject {
  const instances = documentsIn(file, text).filter(isFluxInstance);
  const [instance, ...others] = instances;
  if (instance === undefined) {
    throw unreadable(file, `holds no ${KIND}; give one with apiVersion ${API_VERSION}`);
  }
  if (others.length > 0) {
    throw unreadable(file, `holds ${instances.length} ${KIND} manifests; give one at a time`);
  }
  return instance;
}

function documentsIn(file: string, text: string): readonly Json[] {
  try {
    return parseDocuments(text);
  } catch (error) {
    if (error instanceof NoYaml) throw unreadable(file, error.message);
    throw error;
  }
}
