import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject, type Json } from "../provider/core/manifest";
import { read } from "../provider/core/spec/read";
import { validate } from "../provider/core/spec/validate";
import { VERBS } from "../provider/cli/verbs";

const ROOT = join(__dirname, "..");
const PAGES = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name));

/** The contents of the fenced blocks in one language. */
function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, content = ""]) =>
    name === language ? [content] : [],
  );
}

/** The args in the YAML of a page. */
function args(page: string): readonly Json[] {
  return blocks(page, "yaml")
    .map((block) => parse(block) as Json)
    .filter((value) => isObject(value) && "distribution" in value);
}

describe("the documents", () => {
  it("show args that are accepted", () => {
    const all = PAGES.flatMap((page) => args(page).map((value) => ({ page, value })));
    assert.ok(all.length >= 5, `${all.length} args were found`);
    for (const { page, value } of all) {
      const reading = read(value);
      const { errors, mismatches } = validate(reading);
      assert.deepEqual([...reading.problems, ...errors, ...mismatches], [], page);
    }
  });

  it("show verbs that there are", () => {
    const shown = PAGES.flatMap((page) => blocks(page, "sh")).flatMap((block) =>
      [...block.matchAll(/^(?:bin\/)?flux-instance (\S+)/gm)].map(([, verb]) => verb),
    );
    assert.ok(shown.includes("mirror") && shown.includes("images"));
    for (const verb of shown) assert.ok(VERBS.map(({ name }) => name).includes(verb ?? ""), verb);
  });

  it("link to files that there are", () => {
    const links = PAGES.flatMap((page) =>
      [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        ([, link = ""]) => ({ page, path: join(ROOT, page, "..", link) }),
      ),
    );
    assert.ok(links.length > 0);
    for (const { page, path } of links) assert.ok(existsSync(path), `${page}: ${path}`);
  });
});
