import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ArtifactError } from "../core/oci/error";
import { InvalidInput } from "../core/problem";
import type { MirrorReport } from "../io/oci/mirror";
import type { Mirrored } from "../io/oci/mirror-copy";
import { readArguments } from "./arguments";
import { UsageError, type Given, type Outcome } from "./verb";

const USAGE = `Usage:
  flux-instance mirror SOURCE DESTINATION

Copies a distribution artifact with its signatures, byte for byte, and prints what to pin. What is at the destination
already is not copied again. Each registry is shown the credentials that Docker has for it.

Arguments:
  SOURCE         "oci://registry/repository:tag", "oci://registry/repository@sha256:…", or a folder with an OCI layout
  DESTINATION    "oci://registry/repository", with ":tag" to change the tag, or a folder for an OCI layout

Options:
  -h, --help     Print this
`;

/** The verb `mirror`: an artifact, copied. */
export async function mirror(args: readonly string[], { surroundings }: Given): Promise<Outcome> {
  const { help, operands } = readArguments(args, {}, 2);
  if (help) return { output: USAGE, warnings: [] };
  const [source, destination] = operands;
  if (source === undefined) throw new UsageError("SOURCE is missing");
  if (destination === undefined) throw new UsageError("DESTINATION is missing");
  const [from, to] = [placeOf("SOURCE", source), placeOf("DESTINATION", destination)];
  try {
    const { mirrorArtifact } = await import("../io/mirror-artifact.js");
    const { report, pin } = await mirrorArtifact(from, to, surroundings);
    return { output: print(report, pin), warnings: report.warnings };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const problem = { path: "", reason: error.message };
    throw Object.assign(new InvalidInput("The artifact can't be copied", [problem]), {
      cause: error,
    });
  }
}

/** A reference as it is, and a folder as its URL; a bare name could be both, and is refused. */
function placeOf(name: string, text: string): string {
  if (text.startsWith("oci://")) return text;
  if (text.startsWith("file://")) return pathToFileURL(pathIn(name, text)).href;
  if (isAbsolute(text) || /^\.\.?(?:[/\\]|$)/.test(text)) return pathToFileURL(resolve(text)).href;
  const forms = `"oci://registry/repository:tag", or a folder as "./folder"`;
  throw new UsageError(`${name} must be ${forms}, got ${JSON.stringify(text)}`);
}

function pathIn(name: string, url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    const got = JSON.stringify(url);
    throw new UsageError(`${name} must be an absolute file URL, got ${got}`, { cause });
  }
}

/** One line for each thing that was looked at, and on the last one what to pin. */
function print({ items }: MirrorReport, pin: string): string {
  return [...items.map(line), pin].map((text) => `${text}\n`).join("");
}

function line({ name, what, copied, bytes }: Mirrored): string {
  const size = bytes === 0 ? "" : `, ${bytes} bytes`;
  return `${copied ? "copied" : "there "} ${name} (${what}${size})`;
}
