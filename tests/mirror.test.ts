import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const RINGS = ["core", "io", "resources", "cli"];

/** Tests of a whole, which no single source stands for. */
const OF_A_WHOLE = ["core/render/golden", "cli/fuzz"];

const filesIn = (folder: string, ending: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(ending))
        .map((file) => file.slice(0, -ending.length).replaceAll("\\", "/"))
    : [];

describe("tests", () => {
  for (const ring of RINGS) {
    it(`of ${ring} mirror their sources`, () => {
      const sources = new Set(filesIn(join(__dirname, "..", "provider", ring), ".ts"));
      const orphans = filesIn(join(__dirname, ring), ".test.ts").filter(
        (test) =>
          !sources.has(test) &&
          !sources.has(`${test}/index`) &&
          !OF_A_WHOLE.includes(`${ring}/${test}`),
      );
      assert.deepEqual(orphans, []);
    });
  }
});
