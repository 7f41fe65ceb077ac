import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { inTemporaryFolder } from "./command";
import type { Part } from "./part";

const FORMATS = { spdx: "spdx.json", cyclonedx: "cdx.json" };

type Manifest = Readonly<Record<string, unknown>> & { readonly dev?: boolean };
type Lock = Manifest & { readonly packages: Readonly<Record<string, Manifest>> };

/** What the plugin is made of, from package-lock.json, in both formats that tools read. */
export const sbom: Part = ({ root, version }, out) =>
  inTemporaryFolder(async (folder) => {
    writeProduction(root, folder);
    const files: string[] = [];
    for (const [format, ending] of Object.entries(FORMATS)) {
      const args = ["sbom", "--silent", "--package-lock-only", `--sbom-format=${format}`];
      const options = { cwd: folder, maxBuffer: 2 ** 26 };
      const { stdout } = await promisify(execFile)("npm", args, options);
      const file = `flux-instance-v${version}.${ending}`;
      writeFileSync(join(out, file), stdout);
      files.push(file);
    }
    return { files, publish: `assets of the GitHub release v${version}` };
  });

/** `npm sbom --omit=dev` leaves out what a development package asks for too; so it gets a lock without any. */
function writeProduction(root: string, folder: string): void {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));
  const write = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
  };
  const production = (manifest: Manifest) => ({ ...manifest, devDependencies: {} });
  const lock = read("package-lock.json") as Lock;
  const packages = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
  const all = packages.map(([path, entry]) => [path, path === "" ? production(entry) : entry]);
  write("package.json", production(read("package.json") as Manifest));
  write("package-lock.json", { ...lock, packages: Object.fromEntries(all) as unknown });
}
