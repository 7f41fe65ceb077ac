import { join } from "node:path";
import { whichOnPath } from "../sources/platform";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";

/** The SDK for .NET: generated here, as it is not committed, and packed for NuGet. */
export const dotnet: Part = async ({ root, names, version }, out) => {
  const missing = ["dotnet", "pulumi"].filter((tool) => whichOnPath(tool) === undefined);
  if (missing.length > 0) return { skipped: `${missing.join(" and ")} not on PATH` };
  return inTemporaryFolder(async (folder) => {
    const schema = join(root, "schema.json");
    const generate = ["package", "gen-sdk", schema, "--language", "dotnet", "--out", folder];
    await execute("pulumi", generate, folder);
    const id = names.packages.nuget;
    // Pulumi's generator names the package by the namespace, with a dot, and takes the logo for its icon; NuGet takes no SVG:
    // https://learn.microsoft.com/nuget/reference/msbuild-targets#packing-an-icon-image-file
    const properties = [`-p:PackageId=${id}`, `-p:Version=${version}`, "-p:PackageIcon="];
    const pack = ["pack", "-c", "Release", ...properties, "-o", out];
    await execute("dotnet", pack, join(folder, "dotnet"));
    const file = `${id}.${version}.nupkg`;
    return { files: [file], publish: `NuGet ${id} ${version}` };
  });
};
