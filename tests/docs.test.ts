import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject, type Json } from "../provider/core/manifest";
import { CAUSES } from "../provider/core/lifecycle/readiness";
import { read } from "../provider/core/spec/read";
import { RULES, VERSION_RULES } from "../provider/core/spec/rules";
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

/** The args that are read apart from the others, as they name the cluster. */
function withoutCluster(args: Json): Json {
  if (!isObject(args)) return args;
  const others = Object.entries(args).filter(([key]) => key !== "kubeconfig" && key !== "context");
  return Object.fromEntries(others);
}

/** The fenced blocks of a text. */
function fences(text: string): readonly { readonly language: string; readonly content: string }[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", content = ""]) => ({
    language,
    content,
  }));
}

/** The anchors of the headings of a page, as GitHub and Pulumi's registry make them. */
function anchorsIn(path: string): readonly string[] {
  return [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** The args in the YAML of a page: by themselves, or those of the instances of a Pulumi program. */
function args(page: string): readonly Json[] {
  return blocks(page, "yaml")
    .map((block) => parse(block) as Json)
    .flatMap((value) => (isObject(value) ? [value, ...instancesIn(value["resources"])] : []))
    .filter((value) => isObject(value) && "distribution" in value && isLiteral(value));
}

/** Whether all of it is written out; examples take some from their configuration, and tests/examples/ runs them. */
function isLiteral(value: Json): boolean {
  return !JSON.stringify(value).includes("${");
}

function instancesIn(resources: Json | undefined): readonly Json[] {
  return Object.values(isObject(resources) ? resources : {}).flatMap((resource) =>
    isObject(resource) && resource["type"] === "flux-instance:FluxInstance"
      ? [withoutCluster(resource["properties"] ?? null)]
      : [],
  );
}

describe("the documents", () => {
  it("show args that are accepted", () => {
    const all = PAGES.flatMap((page) => args(page).map((value) => ({ page, value })));
    assert.ok(all.length >= 14, `${all.length} args were found`);
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

  it("link to headings that there are", () => {
    const links = PAGES.flatMap((page) =>
      [
        ...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g),
      ].map(([, link = "", anchor = ""]) => ({
        from: page,
        anchor,
        path: link === "" ? join(ROOT, page) : join(ROOT, page, "..", link),
      })),
    );
    assert.ok(links.length > 20);
    for (const { from, anchor, path } of links)
      assert.ok(anchorsIn(path).includes(anchor), `${from}: ${path}#${anchor}`);
  });

  it("are all in the index", () => {
    const index = readFileSync(join(ROOT, "docs", "_index.md"), "utf8");
    for (const page of PAGES.filter((path) => !path.endsWith("_index.md")))
      assert.ok(index.includes(`(${page.slice("docs/".length).replaceAll("\\", "/")})`), page);
  });

  it("have the logo that the schema names", () => {
    const { logoUrl } = JSON.parse(readFileSync(join(ROOT, "schema.json"), "utf8")) as {
      readonly logoUrl: string;
    };
    const [, path = ""] = logoUrl.split("/main/");
    assert.match(readFileSync(join(ROOT, path), "utf8"), /^<svg /);
  });

  it("show examples as they are in their files", () => {
    const shown = PAGES.flatMap((page) =>
      [
        ...readFileSync(join(ROOT, page), "utf8").matchAll(
          /^<!-- example ([\w-]+) -->$(.*?)^<!-- \/example -->$/gms,
        ),
      ].flatMap(([, name = "", body = ""]) =>
        fences(body).map((fence) => ({ page, name, ...fence })),
      ),
    );
    assert.ok(shown.length >= 10);
    for (const { page, name, language, content } of shown) {
      const folder = join(ROOT, "examples", `${name}-${language}`);
      const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) =>
          /(?:index\.ts|__main__\.py|main\.go|Program\.cs|App\.java|Pulumi\.yaml)$/.test(file),
        )
        .map((file) => readFileSync(join(folder, file), "utf8"));
      assert.ok(texts.includes(content), `${page}: ${name} in ${language}`);
    }
  });
});

describe("the page of troubleshooting", () => {
  const page = readFileSync(join(ROOT, "docs", "troubleshooting.md"), "utf8");

  /** The cells of the tables below a heading, row by row. */
  const cells = (heading: string): readonly (readonly string[])[] => {
    const [, section = ""] = page.split(`\n## ${heading}\n`);
    const [body = ""] = section.split("\n## ");
    return body
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  };
  /** The texts in backticks of each cell. */
  const rows = (heading: string): readonly (readonly (readonly string[])[])[] =>
    cells(heading).map((row) =>
      row.map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text)),
    );
  const firstCells = (heading: string) => rows(heading).flatMap(([first = []]) => first);

  /** The words of a union of codes, from its source. */
  const codesIn = (path: string, type: string): readonly string[] => {
    const source = readFileSync(join(ROOT, path), "utf8");
    const [, union = ""] = new RegExp(`export type ${type} =(.*?);`, "s").exec(source) ?? [];
    return [...union.matchAll(/"([\w-]+)"/g)].map(([, code = ""]) => code);
  };

  it("has every code of a cluster error, and no other", () => {
    const codes = codesIn("provider/io/cluster/error.ts", "ClusterErrorCode");
    assert.ok(codes.length >= 10);
    assert.deepEqual(firstCells("The cluster can't be asked").toSorted(), codes.toSorted());
  });

  it("has every code of an artifact error, and no other", () => {
    const codes = codesIn("provider/core/oci/error.ts", "ArtifactErrorCode");
    assert.ok(codes.length >= 10);
    const known = rows("The release can't be had").filter((row) => row.length === 4);
    assert.deepEqual(known.flatMap(([code = []]) => code).toSorted(), codes.toSorted());
  });

  it("has every cause of what is not ready, with the time after which it ends", () => {
    const table = rows("Flux is not ready");
    assert.deepEqual(
      table.flatMap(([cause = []]) => cause).toSorted(),
      Object.keys(CAUSES).toSorted(),
    );
    for (const [cause, { grace }] of Object.entries(CAUSES)) {
      const end =
        grace === Infinity ? "by `timeout`" : grace === 0 ? "at once" : `after ${grace} s`;
      const row = cells("Flux is not ready").find(([first]) => first === `\`${cause}\``);
      assert.equal(row?.[2], end, cause);
    }
  });

  it("has the property of every rule", () => {
    const properties = firstCells("The args are refused");
    const rules = [...RULES, ...VERSION_RULES].map(({ path }) => path);
    assert.ok(rules.length >= 20);
    assert.deepEqual(
      rules.filter((path) => !properties.includes(path)),
      [],
    );
  });

  it("quotes messages that there are", () => {
    const source = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, "provider", name), "utf8"))
      .join("\n")
      .replace(/["'`] \+\s+["'`]/g, "");
    const tables: readonly (readonly [heading: string, column: number])[] = [
      ["The release can't be had", 1],
      ["The cluster can't be asked", 1],
      ["The preview refuses a change", 0],
    ];
    const quoted = tables.flatMap(([heading, column]) =>
      rows(heading).flatMap((row) => row[row.length === 3 ? 0 : column] ?? []),
    );
    assert.ok(quoted.length >= 50, `${quoted.length} messages are quoted`);
    const parts = quoted.flatMap((message) => message.split("…").map((part) => part.trim()));
    assert.deepEqual(
      parts.filter((part) => !source.includes(part)),
      [],
    );
  });
});
