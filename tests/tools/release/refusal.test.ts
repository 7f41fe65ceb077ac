import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceIn } from "../../../tools/release";
import { refusal } from "../../../tools/release/refusal";
import { ownedBy } from "../../../tools/sdk/names";

const ROOT = join(__dirname, "..", "..", "..");
const source = sourceIn(ROOT);
const { version } = source;

describe("a release that is to be published", () => {
  const acme = { ...source, names: ownedBy(source.names, "acme/flux") };
  const env = {
    GITHUB_ACTIONS: "true",
    GITHUB_REF_TYPE: "tag",
    GITHUB_REF_NAME: `v${version}`,
    GITHUB_REPOSITORY: "acme/flux",
  };
  it("is made in the workflow, for its tag", () => {
    assert.equal(refusal(acme, env), undefined);
  });
  for (const [title, change, expected] of [
    ["elsewhere", { GITHUB_ACTIONS: undefined }, /add --dry-run/],
    ["for a branch", { GITHUB_REF_TYPE: "branch" }, /the tag has to be v\d/],
    ["for another version", { GITHUB_REF_NAME: "v99.0.0" }, /it is "v99\.0\.0"/],
    ["with the names of another owner", { GITHUB_REPOSITORY: "other/flux" }, /--owner other\/flux/],
  ] as const) {
    it(`is refused ${title}`, () => {
      assert.match(refusal(acme, { ...env, ...change }) ?? "", expected);
    });
  }
});

describe("an install without development dependencies", () => {
  it("has what builds the plugin", () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
    };
    const text = readFileSync(join(ROOT, "tools", "prepare.mjs"), "utf8");
    const asked = [...text.matchAll(/from "(?!node:)([^"]+)"/g)].map(([, name = ""]) => name);
    assert.deepEqual(asked, ["esbuild"]);
    const entry = packages["node_modules/esbuild"];
    assert.ok(entry !== undefined && entry.dev !== true);
  });
});
