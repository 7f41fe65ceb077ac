import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Part } from "./part";

const ARGS = ["sbom", "--silent", "--omit=dev", "--package-lock-only"];
const FORMATS = { spdx: "spdx.json", cyclonedx: "cdx.json" };

/** What the plugin is made of, from package-lock.json, in both formats that tools read. */
export const sbom: Part = async ({ root, version }, out) => {
  const files = await Promise.all(
    Object.entries(FORMATS).map(async ([format, ending]) => {
      const file = `flux-instance-v${version}.${ending}`;
      const options = { cwd: root, maxBuffer: 2 ** 26 };
      const { stdout } = await promisify(execFile)(
        "npm",
        [...ARGS, `--sbom-format=${format}`],
        options,
      );
      writeFileSync(join(out, file), stdout);
      return file;
    }),
  );
  return { files, publish: `assets of the GitHub release v${version}` };
};
