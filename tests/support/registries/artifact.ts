import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { digestOf, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import type { RegistryClient } from "../../../provider/io/oci/registry-client";
import type { Entry } from "./archive";

/** The media types of `flux push artifact`. */
const CONFIG = "application/vnd.cncf.flux.config.v1+json";
const CONTENT = "application/vnd.cncf.flux.content.v1.tar+gzip";

/** An artifact in memory: its manifest, and everything by its digest. */
export interface TestArtifact {
  readonly manifest: Buffer;
  readonly digest: Digest;
  readonly layer: Digest;
  readonly blobs: ReadonlyMap<Digest, Buffer>;
}

export function artifactOf(layer: Buffer): TestArtifact {
  const config = Buffer.from("{}");
  const describe = (mediaType: string, content: Buffer) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  const value = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: describe(CONFIG, config),
    layers: [describe(CONTENT, layer)],
    annotations: { "org.opencontainers.image.revision": "main@sha1:0" },
  };
  const manifest = Buffer.from(JSON.stringify(value));
  const blobs = [config, layer].map((content) => [digestOf(content), content] as const);
  return { manifest, digest: digestOf(manifest), layer: digestOf(layer), blobs: new Map(blobs) };
}

/** Pushes an artifact behind a tag. */
export async function push(
  client: RegistryClient,
  artifact: TestArtifact,
  tag: string,
): Promise<void> {
  for (const content of artifact.blobs.values()) await client.pushBlob(content);
  await client.pushManifest(artifact.manifest, IMAGE_MANIFEST, tag);
}

/** All of a folder as entries, with the `.` entry that Flux writes. */
export function entriesOf(folder: string): readonly Entry[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll("\\", "/");
    return entry.isDirectory()
      ? { name: `${name}/`, type: "5" }
      : { name, content: readFileSync(path) };
  });
  return [{ name: ".", type: "5" }, ...files];
}

const object = (kind: string, name: string): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;

/** A small release with one controller. */
export function smallRelease(version: string, mark = "a"): readonly Entry[] {
  const digest = createHash("sha256").update(mark).digest("hex");
  return [
    { name: `flux/${version}/rbac.yaml`, content: object("ResourceQuota", mark) },
    { name: `flux/${version}/policies.yaml`, content: object("NetworkPolicy", mark) },
    { name: `flux/${version}/source-controller.yaml`, content: object("Deployment", mark) },
    {
      name: `flux-images/${version}/upstream-alpine.yaml`,
      content: `images:\n- name: ghcr.io/fluxcd/source-controller\n  newTag: v1\n  digest: sha256:${digest}\n`,
    },
  ];
}

const EMBEDDED = join(__dirname, "..", "..", "..", "distribution");

/** An embedded release as the files of an artifact; another mark makes another artifact of the same release. */
export function embeddedRelease(version: string, mark = "a"): readonly Entry[] {
  const parsed = (file: string): unknown =>
    JSON.parse(readFileSync(join(EMBEDDED, version, file), "utf8"));
  const files = readdirSync(join(EMBEDDED, version)).filter((file) => file !== "images.json");
  const manifests = files.map((file) => ({
    name: `flux/${version}/${file.replace(".json", ".yaml")}`,
    content: (parsed(file) as readonly object[])
      .map((manifest) => `---\n${JSON.stringify(manifest)}\n`)
      .join(""),
  }));
  const images = Object.entries(parsed("images.json") as Readonly<Record<string, object>>);
  const lists = images.map(([variant, list]) => ({
    name: `flux-images/${version}/${variant}.yaml`,
    content: JSON.stringify({ images: list }),
  }));
  return [...manifests, ...lists, { name: "README.md", content: mark }];
}
