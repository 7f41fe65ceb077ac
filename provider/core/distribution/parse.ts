import { isObject, type Manifest } from "../manifest";
import type { ImageEntry } from "./release";
import { InvalidYaml, readDocuments } from "./release-yaml";

/** A file of a release that is not what it should be. */
export class BrokenRelease extends Error {
  override readonly name = "BrokenRelease";

  constructor(file: string, reason: string) {
    super(`${file} of the distribution ${reason}`);
  }
}

/** The manifests of one YAML file of a release. */
export function parseManifests(file: string, text: string): readonly Manifest[] {
  return documentsIn(file, text).map((value) => toManifest(file, value));
}

/** The image list in one YAML file of a release. */
export function parseImages(file: string, text: string): readonly ImageEntry[] {
  const [value, ...others] = documentsIn(file, text);
  if (others.length > 0) throw new BrokenRelease(file, "has more than one document");
  const images = isObject(value) ? value["images"] : undefined;
  if (!Array.isArray(images)) throw new BrokenRelease(file, 'has no list "images"');
  return images.map((image: unknown) => toImageEntry(file, image));
}

/** The documents of a text but for the empty ones. */
function documentsIn(file: string, text: string): readonly unknown[] {
  try {
    return readDocuments(text).filter((value) => value !== null);
  } catch (error) {
    if (!(error instanceof InvalidYaml)) throw error;
    throw new BrokenRelease(file, `is no valid YAML: ${error.message}`);
  }
}

/** Narrows a parsed value to a manifest. */
export function toManifest(file: string, value: unknown): Manifest {
  const metadata = isObject(value) ? value["metadata"] : undefined;
  const complete =
    isObject(value) &&
    typeof value["apiVersion"] === "string" &&
    typeof value["kind"] === "string" &&
    isObject(metadata) &&
    typeof metadata["name"] === "string";
  if (!complete) {
    throw new BrokenRelease(file, "has an object without apiVersion, kind or metadata.name");
  }
  return value as Manifest;
}

/** Narrows a parsed value to a line of an image list. */
export function toImageEntry(file: string, value: unknown): ImageEntry {
  const name = isObject(value) ? value["name"] : undefined;
  const newTag = isObject(value) ? value["newTag"] : undefined;
  const digest = isObject(value) ? value["digest"] : undefined;
  if (typeof name !== "string" || typeof newTag !== "string") {
    throw new BrokenRelease(file, "has an image without name or newTag");
  }
  return typeof digest === "string" ? { name, newTag, digest } : { name, newTag };
}
