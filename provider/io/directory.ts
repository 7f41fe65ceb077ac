import { join } from "node:path";
import { parseImages, parseManifests } from "../core/distribution/parse";
import type { ParsedFiles } from "./parsed-files";
import { foldersIn, readRelease } from "./release-folder";
import type { ReleaseSource } from "./release-source";

/**
 * The releases in a folder with the layout of the distribution artifact: `flux/<version>/<component>.yaml` and
 * `flux-images/<version>/<variant>.yaml`.
 */
export function directory(folder: string, files: ParsedFiles): ReleaseSource {
  return {
    title: `the releases in ${folder}`,
    versions: () => foldersIn(join(folder, "flux")),
    load: (version, components) =>
      readRelease(version, components, {
        manifests: (name) =>
          files.read(join(folder, "flux", version, `${name}.yaml`), parseManifests),
        images: (variant) =>
          files.read(join(folder, "flux-images", version, `${variant}.yaml`), parseImages),
      }),
  };
}
