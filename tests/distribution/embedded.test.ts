import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { releases } from "../../distribution/generate/releases";
import { isObject, type Json } from "../../provider/core/manifest";

const root = join(__dirname, "..", "..");
const embedded = join(root, "distribution");
const published = join(root, "..", "shared", "distribution");

/** The value without schema descriptions; a property that is itself named `description` stays. */
function undescribed(value: Json, names = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => undescribed(item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) => names || key !== "description" || typeof item !== "string",
  );
  return Object.fromEntries(
    kept.map(([key, item]) => [key, undescribed(item ?? null, key === "properties" && !names)]),
  );
}

function readJson(version: string, name: string): Json {
  return JSON.parse(readFileSync(join(embedded, version, `${name}.json`), "utf8")) as Json;
}

function publishedManifests(version: string, name: string): Json[] {
  const text = readFileSync(join(published, "flux", version, `${name}.yaml`), "utf8");
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Json)
    .filter((value) => value !== null);
}

function names(folder: string, suffix: string): string[] {
  return readdirSync(folder).map((file) => file.replace(suffix, ""));
}

for (const { version } of releases) {
  describe(`distribution/${version} compared with the published release`, () => {
    before(function () {
      if (existsSync(join(published, "flux", version))) return;
      console.log(`      skipped: no published ${version} in ../shared/distribution`);
      this.skip();
    });

    it("has the same files", () => {
      const ours = names(join(embedded, version), ".json").filter((name) => name !== "images");
      assert.deepEqual(ours.sort(), names(join(published, "flux", version), ".yaml").sort());
    });

    it("has the same objects in the same order, apart from schema descriptions", () => {
      for (const name of names(join(published, "flux", version), ".yaml")) {
        const theirs = publishedManifests(version, name).map((value) => undescribed(value));
        assert.ok(theirs.length > 0, name);
        assert.deepEqual(readJson(version, name), theirs, name);
      }
    });

    it("has the same images in the same order", () => {
      const folder = join(published, "flux-images", version);
      const theirs = names(folder, ".yaml").map((variant) => {
        const text = readFileSync(join(folder, `${variant}.yaml`), "utf8");
        return [variant, (parse(text) as { images: Json }).images] as const;
      });
      assert.deepEqual(readJson(version, "images"), Object.fromEntries(theirs));
    });
  });
}
