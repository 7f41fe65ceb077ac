import { isObject, type JsonObject } from "../manifest";
import type { Digest } from "./digest";
import { ArtifactError } from "./error";
import { IMAGE_INDEX, readJson, readManifest, type Descriptor } from "./manifest";
import { isAttached } from "./referrers";

/** The name under which tools keep the tag of an image in a layout. */
const TAG = "org.opencontainers.image.ref.name";

/**
 * The manifests that the `index.json` of a layout names.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
 *
 * @throws ArtifactError when it is no image index
 */
export function readLayoutIndex(folder: string, content: Buffer): readonly Descriptor[] {
  const index = readManifest(folder, content);
  if (index.kind === "index") return index.manifests;
  throw new ArtifactError("invalid-manifest", folder, "its index.json is no image index");
}

export function tagOf({ annotations }: Descriptor): string | undefined {
  return annotations[TAG];
}

/**
 * The artifact of a layout: the only manifest, else the one that is tagged `latest`; what belongs to another one, as a
 * signature, does not count.
 */
export function chosenIn(folder: string, manifests: readonly Descriptor[]): Descriptor {
  const artifacts = manifests.filter((entry) => !isAttached(tagOf(entry)));
  const latest = artifacts.filter((entry) => tagOf(entry) === "latest");
  const [chosen, second] = artifacts.length === 1 ? artifacts : latest;
  if (chosen !== undefined && second === undefined) return chosen;
  if (artifacts.length === 0) {
    throw new ArtifactError("not-found", folder, "there is no artifact in an OCI layout");
  }
  const tags = artifacts.map((entry) => tagOf(entry) ?? entry.digest).join(", ");
  const reason = `the layout holds ${artifacts.length} manifests (${tags}); it must hold one, or one tagged "latest"`;
  throw new ArtifactError("invalid-manifest", folder, reason);
}

/** A manifest to name in a layout. */
interface Named {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly tag: string;
}

/** The `index.json` with one more name, which moves where it was taken; the other entries stay as they are written. */
export function withName(
  folder: string,
  content: Buffer | undefined,
  { tag, ...descriptor }: Named,
): Buffer {
  const value = content === undefined ? EMPTY : readJson(folder, content);
  const list: unknown = value["manifests"];
  const known = Array.isArray(list) ? list.filter((item) => isObject(item)) : [];
  const others = known.filter((entry) => nameIn(entry) !== tag);
  const manifests = [...others, { ...descriptor, annotations: { [TAG]: tag } }];
  return Buffer.from(JSON.stringify({ ...value, manifests }));
}

const EMPTY: JsonObject = { schemaVersion: 2, mediaType: IMAGE_INDEX };

function nameIn({ annotations }: JsonObject): unknown {
  return isObject(annotations) ? annotations[TAG] : undefined;
}
