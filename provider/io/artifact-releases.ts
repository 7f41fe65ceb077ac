import { parseImages, parseManifests, toImageEntry, toManifest } from "../core/distribution/parse";
import type { ImageEntry } from "../core/distribution/release";
import { isObject, type Manifest } from "../core/manifest";
import { digestOf, hexOf } from "../core/oci/digest";
import type { Files } from "../core/oci/tar";
import type { Artifact } from "./artifact";
import { unseal, type ArtifactCache } from "./oci/cache";
import type { ParsedFile, ParsedFiles } from "./parsed-files";
import { readRelease } from "./release-folder";
import type { ReleaseSource } from "./release-source";

interface Stores {
  readonly files: ParsedFiles;
  readonly cache: ArtifactCache;
}

/** How the YAML of one kind of file is parsed, and how its record is read. */
interface Kind<T> {
  readonly name: string;
  readonly parse: (file: string, text: string) => T;
  readonly parseRecord: (file: string, text: string) => T;
}

const MANIFESTS: Kind<readonly Manifest[]> = {
  name: "manifests",
  parse: parseManifests,
  parseRecord: function manifestsRecord(file, text) {
    return listIn(unseal(file, text)).map((item) => toManifest(file, item));
  },
};

const IMAGES: Kind<readonly ImageEntry[]> = {
  name: "images",
  parse: parseImages,
  parseRecord: function imagesRecord(file, text) {
    return listIn(unseal(file, text)).map((item) => toImageEntry(file, item));
  },
};

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The releases in an artifact. What was parsed is cached by the digest of the file it came from, so that a second run
 * unpacks and parses nothing, and a newer artifact only what is new in it.
 *
 * @param find finds the artifact; called once
 */
export function artifactReleases(
  title: string,
  find: () => Promise<Artifact>,
  stores: Stores,
): ReleaseSource {
  let opened: Promise<OpenArtifact> | undefined;
  const open = () => (opened ??= find().then((artifact) => openArtifact(artifact, stores)));
  return {
    title,
    versions: async () => versionsIn((await open()).digests),
    load: async (version, components) => {
      const artifact = await open();
      const release = await readRelease(version, components, {
        manifests: (name) => artifact.read(`flux/${version}/${name}.yaml`, MANIFESTS),
        images: (variant) => artifact.read(`flux-images/${version}/${variant}.yaml`, IMAGES),
      });
      return { ...release, digest: artifact.digest };
    },
  };
}

/** The SHA-256 in hex of each file, by its path. */
type Digests = ReadonlyMap<string, string>;

interface OpenArtifact {
  readonly digest: string;
  readonly digests: Digests;
  read<T>(path: string, kind: Kind<T>): Promise<ParsedFile<T> | undefined>;
}

async function openArtifact(artifact: Artifact, { files, cache }: Stores): Promise<OpenArtifact> {
  let unpacked: Promise<Files> | undefined;
  const unpack = () => (unpacked ??= artifact.files());
  const listing = cache.recordFile("listing", hexOf(artifact.digest));
  let digests = toDigests(await cache.record(listing));
  if (digests === undefined) {
    digests = digestsOf(await unpack());
    await cache.keepRecord(listing, Object.fromEntries(digests));
  }
  const known = digests;

  return {
    digest: artifact.digest,
    digests: known,
    read: async (path, kind) => {
      const sha256 = known.get(path);
      if (sha256 === undefined) return undefined;
      const file = cache.recordFile(kind.name, sha256);
      const recorded = file === undefined ? undefined : await readRecord(file, kind);
      if (recorded !== undefined) return { value: recorded, sha256 };
      const content = (await unpack()).get(path) ?? Buffer.alloc(0);
      const value = kind.parse(path, content.toString("utf8"));
      await cache.keepRecord(file, value);
      return { value, sha256 };
    },
  };

  async function readRecord<T>(file: string, kind: Kind<T>): Promise<T | undefined> {
    try {
      const record = await files.read(file, kind.parseRecord);
      if (record !== undefined) await cache.used(file);
      return record?.value;
    } catch {
      await cache.remove(file);
      return undefined;
    }
  }
}

const RELEASE_FILE = /^(?:flux|flux-images)\/[^/]+\/[^/]+\.yaml$/;

function digestsOf(files: Files): Digests {
  return new Map(
    [...files]
      .filter(([path]) => RELEASE_FILE.test(path))
      .map(([path, content]) => [path, hexOf(digestOf(content))]),
  );
}

function toDigests(value: unknown): Digests | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function versionsIn(digests: Digests): readonly string[] {
  const paths = [...digests.keys()].map((path) => path.split("/"));
  return [...new Set(paths.flatMap(([top, version = ""]) => (top === "flux" ? [version] : [])))];
}
