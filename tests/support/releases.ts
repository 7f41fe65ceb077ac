import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { parseManifests } from "../../provider/core/distribution/parse";
import type { Manifest } from "../../provider/core/manifest";
import { withApiVersionsOf } from "./api-history";
import type { Entry } from "./registries/archive";
import { embeddedRelease } from "./registries/artifact";

/** A folder of releases in the layout of Flux's distribution artifact. */
export interface Releases {
  readonly folder: string;
  /** The folder as `distribution.artifact` names it. */
  readonly artifact: string;
  /** Adds a release. */
  publish(version: string): void;
}

/** Gives the surrounding `describe` a folder with releases that are made for it. */
export function useReleases(...versions: readonly string[]): Releases {
  let made: string | undefined;
  const folder = (): string => {
    assert.ok(made !== undefined, "the releases are made before the first test");
    return made;
  };
  const publish = (version: string): void => {
    for (const { name, content = "" } of madeRelease(version)) {
      const file = join(folder(), name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  };
  before(() => {
    made = mkdtempSync(join(tmpdir(), "flux-instance-releases-"));
    versions.forEach(publish);
  });
  after(() => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  });
  return {
    publish,
    get folder() {
      return folder();
    },
    get artifact() {
      return pathToFileURL(folder()).href;
    },
  };
}

const BASES: Readonly<Record<string, string>> = { "v2.8": "v2.8.8" };
const NEWEST = "v2.9.4";

/**
 * A release of any version: the embedded release of its minor, else the newest one, with its own image tags and digests
 * and with the API versions that Flux had then. Not what Flux published under that version.
 */
export function madeRelease(version: string): readonly Entry[] {
  const base = BASES[version.split(".", 2).join(".")] ?? NEWEST;
  const files = embeddedRelease(base);
  return files.flatMap(({ name, content = "" }) => {
    const text = content.toString();
    const [folder = "", , file = ""] = name.split("/");
    if (folder === "flux-images") {
      return [{ name: `${folder}/${version}/${file}`, content: madeImages(text, version) }];
    }
    if (folder !== "flux") return [];
    const made = withApiVersionsOf(version, parseManifests(name, text));
    const place = `${folder}/${version}/${file}`;
    return made.length === 0 ? [] : [{ name: place, content: printed(made, version) }];
  });
}

const printed = (manifests: readonly Manifest[], version: string): string =>
  manifests
    .map((manifest) => `---\n${JSON.stringify(manifest)}\n`)
    .join("")
    // The images of the Deployments.
    .replace(/("image":"fluxcd\/[\w-]+):v[\d.]+"/g, `$1:${version}"`);

function madeImages(text: string, version: string): string {
  const { images } = parse(text) as { readonly images: readonly { readonly name: string }[] };
  const made = images.map(({ name }) => ({ name, newTag: version, digest: digest(name, version) }));
  return JSON.stringify({ images: made });
}

function digest(...words: readonly string[]): string {
  return `sha256:${createHash("sha256").update(words.join()).digest("hex")}`;
}
