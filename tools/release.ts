import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKSUMS, writeChecksums } from "./release/checksums";
import { CommandFailed } from "./release/command";
import { dotnet } from "./release/dotnet";
import { executable } from "./release/executable";
import { go } from "./release/go";
import { java } from "./release/java";
import { nodejs } from "./release/nodejs";
import type { Made, Part, Source } from "./release/part";
import { plugin } from "./release/plugin";
import { python } from "./release/python";
import { sbom } from "./release/sbom";
import { filled, type Names } from "./sdk/names";

/** What a release has, in the order in which it is built. */
export const PARTS: Readonly<Record<string, Part>> = {
  plugin,
  executable,
  nodejs,
  python,
  go,
  java,
  dotnet,
  sbom,
};

/** What a release of the sources in this folder is. */
export function sourceIn(root: string): Source {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
  const { version } = json("package.json") as { readonly version: string };
  return { root, version, names: filled(json("package.names.json") as Names) };
}

/**
 * Builds the artifacts of the parts, and their checksums. A part whose tool is missing or fails is skipped, with the reason.
 *
 * @param out is replaced
 * @param parts all of them for a release
 * @param told is called with each part as soon as it is done
 */
export async function release(
  source: Source,
  out: string,
  parts: Readonly<Record<string, Part>> = PARTS,
  told: (part: string, made: Made) => void = () => undefined,
): Promise<ReadonlyMap<string, Made>> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const done = new Map<string, Made>();
  for (const [name, part] of Object.entries(parts)) {
    const made = await part(source, out).catch(skipped);
    done.set(name, made);
    told(name, made);
  }
  const files = [...done.values()].flatMap((made) => ("files" in made ? made.files : []));
  writeChecksums(out, files);
  told("checksums", { files: [CHECKSUMS], publish: "signed with cosign, beside the artifacts" });
  return done;
}

function skipped(error: unknown): Made {
  if (error instanceof CommandFailed) return { skipped: error.message };
  throw error;
}
