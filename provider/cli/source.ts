import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isObject, type JsonObject } from "../core/manifest";
import { UsageError } from "./verb";

/** The fields of a manifest's distribution that are about its artifact. */
const OF_ARTIFACT = ["artifact", "artifactPullSecret"];

/** Args with the distribution that is used. */
export interface Sourced {
  readonly args: JsonObject;
}

/**
 * The args with the distribution of the option, which wins; without it they are as they are. How their own artifact is
 * pulled says nothing about another one.
 *
 * @param option what `--distribution` says: `embedded`, a folder, its file URL, or an `oci://` reference
 * @throws UsageError where the option names neither
 */
export function withSource(args: JsonObject, option: string | undefined): Sourced {
  const { distribution } = args;
  if (option === undefined) return { args };
  const artifact = artifactOf(option);
  if (!isObject(distribution)) return { args };
  const others = Object.entries(distribution).filter(([key]) => !OF_ARTIFACT.includes(key));
  const added = artifact === undefined ? [] : [["artifact", artifact] as const];
  return { args: { ...args, distribution: Object.fromEntries([...others, ...added]) } };
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
