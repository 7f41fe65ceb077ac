import { isObject, type JsonObject } from "../manifest";
import { isDigest, type Digest } from "./digest";
import { ArtifactError } from "./error";

/** https://github.com/opencontainers/image-spec/blob/main/media-types.md */
export const IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

/** What a registry is asked for where a manifest is wanted. */
export const MANIFEST_TYPES = [IMAGE_MANIFEST, IMAGE_INDEX, DOCKER_MANIFEST, DOCKER_LIST] as const;

/** Content by what it is, its digest and its size. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `os/architecture` or `os/architecture/variant`, where it is written. */
  readonly platform?: string;
}

export interface ImageManifest {
  readonly kind: "image";
  readonly mediaType: string;
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ImageIndex {
  readonly kind: "index";
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/**
 * Reads a manifest or an index.
 *
 * @param contentType what the registry says it is; used where the content itself does not say
 * @throws ArtifactError
 */
export function readManifest(
  where: string,
  content: Buffer,
  contentType?: string,
): ImageManifest | ImageIndex {
  const value = readJson(where, content);
  const mediaType = typeOf(value, contentType);
  const image = value["layers"] !== undefined;
  // Content that can be read both ways is refused: https://github.com/advisories/GHSA-mc8v-mgrf-8f4m
  if (image && value["manifests"] !== undefined) throw broken(where, "is image and index at once");
  if (mediaType === IMAGE_INDEX || mediaType === DOCKER_LIST) {
    return { kind: "index", mediaType, manifests: readList(where, value, "manifests") };
  }
  if (mediaType !== IMAGE_MANIFEST && mediaType !== DOCKER_MANIFEST) {
    throw broken(where, `has the media type "${mediaType}", which is no OCI image`);
  }
  return {
    kind: "image",
    mediaType,
    config: readOptional(where, value["config"]),
    layers: readList(where, value, "layers"),
    subject: readOptional(where, value["subject"]),
    annotations: readAnnotations(value["annotations"]),
  };
}

/** @throws ArtifactError when the content is no JSON object */
export function readJson(where: string, content: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(content.toString("utf8"));
    if (isObject(value)) return value;
  } catch (cause) {
    throw broken(where, "is no JSON", cause);
  }
  throw broken(where, "is no JSON object");
}

function typeOf(value: JsonObject, contentType: string | undefined): string {
  const { mediaType } = value;
  if (typeof mediaType === "string") return mediaType;
  const [said = ""] = (contentType ?? "").split(";", 1);
  const known = MANIFEST_TYPES.find((type) => type === said.trim());
  return known ?? (value["manifests"] === undefined ? IMAGE_MANIFEST : IMAGE_INDEX);
}

function readList(where: string, value: JsonObject, key: string): readonly Descriptor[] {
  const list = value[key];
  if (!Array.isArray(list)) throw broken(where, `has no list "${key}"`);
  return list.map((item: unknown) => readDescriptor(where, item));
}

function readOptional(where: string, value: unknown): Descriptor | undefined {
  return value === undefined || value === null ? undefined : readDescriptor(where, value);
}

/** Narrows a descriptor. https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
function readDescriptor(where: string, value: unknown): Descriptor {
  const { mediaType, digest, size, artifactType, platform, annotations } = isObject(value)
    ? value
    : {};
  if (!isDigest(digest)) throw broken(where, "has a descriptor without a sha256 digest");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw broken(where, `has no valid size for ${digest}`);
  }
  return {
    mediaType: typeof mediaType === "string" ? mediaType : "",
    digest,
    size,
    annotations: readAnnotations(annotations),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(isObject(platform) ? { platform: printPlatform(platform) } : {}),
  };
}

function readAnnotations(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function printPlatform({ os, architecture, variant }: JsonObject): string {
  return [os, architecture, variant].filter((part) => typeof part === "string").join("/");
}

/** The platform of which the reference takes the image; an entry without platform counts as it. */
const PLATFORM = "linux/amd64";

/** The image that an index stands for. */
export function imageOf(where: string, index: ImageIndex): Descriptor {
  const found = index.manifests.find(({ platform = PLATFORM }) => platform === PLATFORM);
  if (found !== undefined) return found;
  const others = index.manifests.map(({ platform = "" }) => platform).join(", ");
  throw broken(where, `is an index without an image for ${PLATFORM} (it has: ${others || "none"})`);
}

/** The layer with the files; further layers mean nothing in an artifact of Flux. */
export function contentOf(where: string, image: ImageManifest): Descriptor {
  const [layer] = image.layers;
  if (layer === undefined) throw broken(where, "has no layer");
  return layer;
}

function broken(where: string, reason: string, cause?: unknown): ArtifactError {
  const remedy = "; push it with `flux push artifact`, or name another artifact";
  return new ArtifactError("invalid-manifest", where, `the content ${reason}${remedy}`, { cause });
}
