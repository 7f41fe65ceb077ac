import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provide } from "../../tools/provide";
import { lastLines, run } from "../../tools/sources/command";
import { whichOnPath } from "../../tools/sources/platform";
import type { Environment } from "./languages/packages";

const SCHEMA = join(__dirname, "..", "..", "schema.json");
const NEEDED = ["dotnet", "pulumi-language-dotnet"];

/** The SDK for .NET beside the program, where `pulumi package add` puts it; it is not committed. */
export async function dotnetEnvironment(program: string): Promise<Environment> {
  const missing = NEEDED.filter((name) => whichOnPath(name) === undefined);
  if (missing.length > 0) return { missing: `${missing.join(" and ")} not on PATH` };
  const { pulumi } = await provide(["pulumi"]);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-dotnet-"));
  try {
    const args = ["package", "gen-sdk", SCHEMA, "--language", "dotnet", "--out", folder];
    const { code, output } = await run(pulumi, args);
    if (code !== 0) throw new Error(`the SDK for .NET can't be made: ${lastLines(output)}`);
    cpSync(join(folder, "dotnet"), join(program, "sdks", "flux-instance"), { recursive: true });
    return { environment: {} };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
