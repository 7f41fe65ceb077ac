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

const PARTS: Readonly<Record<string, Part>> = {
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
 * Builds all artifacts, and their checksums. A part whose tool is missing or fails is skipped, with the reason.
 *
 * @param out is replaced
 * @param told is called with each part as soon as it is done
 */
export async function release(
  source: Source,
  out: string,
  told: (part: string, made: Made) => void = () => undefined,
): Promise<ReadonlyMap<string, Made>> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const parts = new Map<string, Made>();
  for (const [name, part] of Object.entries(PARTS)) {
    const made = await part(source, out).catch(skipped);
    parts.set(name, made);
    told(name, made);
  }
  const files = [...parts.values()].flatMap((made) => ("files" in made ? made.files : []));
  writeChecksums(out, files);
  told("checksums", { files: [CHECKSUMS], publish: "signed with cosign, beside the artifacts" });
  return parts;
}

function skipped(error: unknown): Made {
  if (error instanceof CommandFailed) return { skipped: error.message };
  throw error;
}
