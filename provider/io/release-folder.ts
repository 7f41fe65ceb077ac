import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { BrokenRelease } from "../core/distribution/parse";
import type { ImageEntry, Release } from "../core/distribution/release";
import type { Manifest } from "../core/manifest";
import { VARIANTS, type Component, type Variant } from "../core/spec/spec";
import { isMissing } from "./file";
import type { ParsedFile } from "./parsed-files";

/** How one kind of folder stores the parts of a release; a part that is not there is undefined. */
export interface ReleaseFiles {
  manifests(name: string): Promise<ParsedFile<readonly Manifest[]> | undefined>;
  images(variant: Variant): Promise<ParsedFile<readonly ImageEntry[]> | undefined>;
}

/** Reads the parts of a release that rendering these components needs. */
export async function readRelease(
  version: string,
  components: readonly Component[],
  files: ReleaseFiles,
): Promise<Release> {
  const names = ["rbac", "policies", ...components] as const;
  const parts = await Promise.all(names.map((name) => files.manifests(name)));
  const lists = await Promise.all(VARIANTS.map((variant) => files.images(variant)));
  const [rbac, policies, ...controllers] = parts;
  if (rbac === undefined) throw new BrokenRelease(`flux/${version}/rbac`, "is missing");
  if (policies === undefined) throw new BrokenRelease(`flux/${version}/policies`, "is missing");
  return {
    version,
    digest: digestOf([...parts, ...lists]),
    rbac: rbac.value,
    policies: policies.value,
    components: valuesOf(components, controllers),
    images: valuesOf(VARIANTS, lists),
  };
}

function valuesOf<K, V>(
  keys: readonly K[],
  files: readonly (ParsedFile<V> | undefined)[],
): ReadonlyMap<K, V> {
  return new Map(
    keys.flatMap((key, index) => {
      const file = files[index];
      return file === undefined ? [] : [[key, file.value] as const];
    }),
  );
}

/** One digest over the digests of the files, in the order they are read. */
function digestOf(files: readonly (ParsedFile<unknown> | undefined)[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file?.sha256 ?? "-"}\n`);
  return `sha256:${hash.digest("hex")}`;
}

/** The names of the folders in a folder; empty where it does not exist. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
