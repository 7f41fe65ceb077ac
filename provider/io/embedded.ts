import { join } from "node:path";
import { toImageEntry, toManifest } from "../core/distribution/parse";
import type { ImageEntry } from "../core/distribution/release";
import { isObject, type Manifest } from "../core/manifest";
import type { Variant } from "../core/spec/spec";
import { PACKAGE } from "../package";
import type { ParsedFile, ParsedFiles } from "./parsed-files";
import { foldersIn, readRelease } from "./release-folder";
import type { ReleaseSource } from "./release-source";

/** The releases that come with this package; JSON, so that nothing has to parse YAML. */
export const EMBEDDED_FOLDER = join(PACKAGE, "distribution");

type ImageLists = ReadonlyMap<string, readonly ImageEntry[]>;

/** The releases in this package: `distribution/<version>/<component>.json` and `images.json`. */
export function embedded(files: ParsedFiles, folder = EMBEDDED_FOLDER): ReleaseSource {
  return {
    title: "the embedded releases",
    versions: async () => (await foldersIn(folder)).filter((name) => name.startsWith("v")),
    load: (version, components) =>
      readRelease(version, components, {
        manifests: (name) => files.read(join(folder, version, `${name}.json`), manifests),
        images: async (variant) =>
          listOf(variant, await files.read(join(folder, version, "images.json"), imageLists)),
      }),
  };
}

function listOf(
  variant: Variant,
  file: ParsedFile<ImageLists> | undefined,
): ParsedFile<readonly ImageEntry[]> | undefined {
  const value = file?.value.get(variant);
  return file === undefined || value === undefined ? undefined : { value, sha256: file.sha256 };
}

function manifests(file: string, text: string): readonly Manifest[] {
  const value = JSON.parse(text) as readonly unknown[];
  return value.map((item) => toManifest(file, item));
}

function imageLists(file: string, text: string): ImageLists {
  const value: unknown = JSON.parse(text);
  return new Map(
    Object.entries(isObject(value) ? value : {}).map(([variant, images]) => [
      variant,
      (Array.isArray(images) ? images : []).map((image) => toImageEntry(file, image)),
    ]),
  );
}
