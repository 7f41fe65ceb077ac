import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isObject, type JsonObject } from "../core/manifest";
import { printValue } from "../core/spec/readers";
import { UsageError } from "./verb";

/** Args with the distribution that is used, and a warning where that is not the one they name. */
export interface Sourced {
  readonly args: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * The args with the distribution of the option, which wins; without it with their own, as far as it can be read.
 *
 * @param option what `--distribution` says: `embedded`, a folder, its file URL, or an `oci://` reference
 * @throws UsageError where the option names neither
 */
export function withSource(args: JsonObject, option: string | undefined): Sourced {
  const { distribution } = args;
  if (option !== undefined) {
    const artifact = artifactOf(option);
    return { args: withArtifact(args, artifact), warnings: [] };
  }
  if (!namesRegistry(args)) return { args, warnings: [] };
  const artifact = isObject(distribution) ? distribution["artifact"] : undefined;
  const reason = `${printValue(artifact)} is not pulled unless --distribution names it; the embedded releases take its place`;
  return {
    args: withArtifact(args, undefined),
    warnings: [`spec.distribution.artifact: ${reason}`],
  };
}

/** Whether the args name an artifact in a registry. */
export function namesRegistry({ distribution }: JsonObject): boolean {
  const artifact = isObject(distribution) ? distribution["artifact"] : undefined;
  return typeof artifact === "string" && artifact.startsWith("oci://");
}

function artifactOf(option: string): string | undefined {
  if (option === "embedded") return undefined;
  if (/^(?:file|oci):\/\//.test(option)) return option;
  if (option === "" || /^[a-z][a-z\d+.-]+:\/\//i.test(option)) {
    throw new UsageError(
      `--distribution must be "embedded", a folder or "oci://…", got ${JSON.stringify(option)}`,
    );
  }
  return pathToFileURL(resolve(option)).href;
}

function withArtifact(args: JsonObject, artifact: string | undefined): JsonObject {
  const { distribution } = args;
  if (!isObject(distribution)) return args;
  const others = Object.entries(distribution).filter(([key]) => key !== "artifact");
  const added = artifact === undefined ? [] : [["artifact", artifact] as const];
  return { ...args, distribution: Object.fromEntries([...others, ...added]) };
}
