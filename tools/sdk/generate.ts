import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { lastLines, run } from "../sources/command";
import { whichOnPath } from "../sources/platform";

/** The generators: a Go module in `tools/go`, and the languages that it is asked for. */
const GENERATORS = [
  { folder: "sdk-gen", languages: ["nodejs", "python", "go"] },
  { folder: "sdk-gen-java", languages: [] },
] as const;

/** As in tools/sources/go.ts, so that what is compiled for the tools is used again. */
const ENV = { GOWORK: "off", GOFLAGS: "-mod=readonly -trimpath -buildvcs=false" };

/** There is no Go on this machine. */
export class GoMissing extends Error {}

/**
 * The SDKs of a schema: the text of each file, by its path below `sdk/`.
 *
 * @throws GoMissing; Error when a generator fails
 */
export async function generateSdks(schema: string): Promise<ReadonlyMap<string, string>> {
  if (whichOnPath("go") === undefined) {
    throw new GoMissing("sdk/ is generated with Go, and Go is not on PATH (https://go.dev/dl)");
  }
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-sdk-"));
  try {
    const file = join(folder, "schema.json");
    writeFileSync(file, schema);
    const out = join(folder, "sdk");
    for (const generator of GENERATORS) await generate(generator, file, out);
    return filesIn(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function generate(
  { folder, languages }: (typeof GENERATORS)[number],
  schema: string,
  out: string,
): Promise<void> {
  const { code, output } = await run("go", ["run", ".", schema, out, ...languages], {
    folder: join(__dirname, "..", "go", folder),
    env: ENV,
  });
  if (code !== 0) throw new Error(`tools/go/${folder} failed: ${lastLines(output)}`);
}

/** The text of every file in a folder, by its path; folders of these names at its top are left out. */
export function filesIn(
  folder: string,
  without: readonly string[] = [],
): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !without.includes(path.split("/")[0] ?? ""));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
