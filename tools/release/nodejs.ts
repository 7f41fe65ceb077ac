import { cpSync } from "node:fs";
import { join } from "node:path";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";

const BESIDE = ["package.json", "README.md"];

/** The SDK for Node.js, compiled, as npm packs it. */
export const nodejs: Part = ({ root, names, version }, out) =>
  inTemporaryFolder(async (folder) => {
    const sdk = join(root, "sdk", "nodejs");
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    // The packages of the SDK are searched for from its sources upwards, so in those of this project.
    await execute(process.execPath, [compiler, "-p", sdk, "--outDir", folder], root);
    for (const name of BESIDE) cpSync(join(sdk, name), join(folder, name));
    cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
    await execute("npm", ["pack", "--silent", "--pack-destination", out], folder);
    const file = `${names.packages.npm}-${version}.tgz`;
    return { files: [file], publish: `npm publish ${file} --provenance --access public` };
  });
