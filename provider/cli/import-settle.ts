import { deploymentContainers, objectAt, textAt } from "../core/deployment";
import { variantOf } from "../core/distribution/variants";
import type { Observed } from "../core/import/observed";
import { variantOfImages } from "../core/import/variant";
import type { JsonObject, Manifest } from "../core/manifest";
import { InvalidInput, printProblem } from "../core/problem";
import { parseVersion } from "../core/version/version";
import { ParsedFiles } from "../io/parsed-files";
import { prepare, type Prepared } from "../io/prepare";
import type { Given } from "./verb";

/** Args that were tried. */
export interface Settled {
  readonly args: JsonObject;
  /** What comes of them; undefined where they can't be rendered here. */
  readonly prepared?: Prepared;
  readonly warnings: readonly string[];
}

/**
 * The args with a version that is to be had, and the variant of the images where the registry does not tell it. A patch
 * release that is not to be had becomes the newest of its minor.
 */
export async function settle(
  args: JsonObject,
  { deployments }: Observed,
  given: Given,
): Promise<Settled> {
  const exact = await attempt(args, given);
  if (exact.prepared !== undefined)
    return await withVariant(exact, exact.prepared, deployments, given);
  const version = textAt(objectAt(args, "distribution"), "version");
  const minor = minorOf(version);
  if (minor === undefined || minor === version) return exact;
  const newest = await attempt(withDistribution(args, { version: minor }), given);
  if (newest.prepared === undefined) return exact;
  const warning =
    `Flux ${version} runs, and the distribution has ${newest.prepared.release.version} of it: ` +
    `distribution.version is ${minor}`;
  const settled = await withVariant(newest, newest.prepared, deployments, given);
  return { ...settled, warnings: [warning, ...settled.warnings] };
}

async function attempt(
  args: JsonObject,
  { surroundings, readPullSecret }: Given,
): Promise<Settled> {
  try {
    const prepared = await prepare(args, {
      files: new ParsedFiles(),
      surroundings,
      strict: false,
      ...(readPullSecret === undefined ? {} : { readPullSecret }),
    });
    if ("undecided" in prepared)
      throw new Error("what was read from a cluster has no unknown values");
    return { args, prepared, warnings: prepared.warnings };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const reasons = error.problems.map(printProblem).join("; ");
    const warning = `what the first update would change can't be told, as the args can't be used yet: ${reasons}`;
    return { args, warnings: [warning] };
  }
}

/** A mirror says nothing about its variant; the digests of the images do. */
async function withVariant(
  settled: Settled,
  { spec, release }: Prepared,
  deployments: readonly JsonObject[],
  given: Given,
): Promise<Settled> {
  if (variantOf(spec.distribution) !== undefined) return settled;
  const images = deployments.flatMap((deployment) =>
    deploymentContainers({ ...deployment, kind: "Deployment" } as unknown as Manifest).map(
      (container) => textAt(container, "image"),
    ),
  );
  const variant = variantOfImages(images, release.images);
  if (variant === undefined) return settled;
  const known = await attempt(withDistribution(settled.args, { variant }), given);
  return known.prepared === undefined ? settled : known;
}

/** `2.9.x` for `2.9.4`. */
function minorOf(version: string): string | undefined {
  const parsed = parseVersion(version);
  return parsed === undefined ? undefined : `${parsed.major}.${parsed.minor}.x`;
}

function withDistribution(args: JsonObject, changes: JsonObject): JsonObject {
  return { ...args, distribution: { ...objectAt(args, "distribution"), ...changes } };
}
