import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Schema } from "../../provider/cli/convert/schema";
import { stalePages } from "../../tools/docs";
import { withPrograms } from "../../tools/docs/programs";
import { resourcePage, type Documented } from "../../tools/docs/resource-page";

const ROOT = join(__dirname, "..", "..");
const schema = JSON.parse(readFileSync(join(ROOT, "schema.json"), "utf8")) as Schema & Documented;

describe("the generated parts of the pages", () => {
  it("are those that follow from schema.json, examples/ and their YAML", async function () {
    this.timeout(120_000);
    assert.deepEqual([...(await stalePages(ROOT)).keys()], [], "run npm run gen:docs");
  });
});

describe("the programs of a page", () => {
  const page = (properties: string) =>
    `Before.\n\n<!-- program -->\n\n\`\`\`yaml\nresources:\n  flux:\n    properties:\n${properties}\`\`\`\n\n<!-- /program -->\n\nAfter.\n`;
  const written = (properties: string) => withPrograms(page(properties), ROOT, schema);

  it("are the YAML in every language that convert writes", () => {
    const text = written("      distribution:\n        version: 2.9.x\n      wait: false\n");
    assert.ok(text.startsWith("Before.\n\n<!-- program -->\n"));
    assert.ok(text.endsWith("<!-- /program -->\n\nAfter.\n"));
    assert.ok(text.includes('{{< chooser language "typescript,python,go,yaml" >}}'));
    assert.match(text, /wait: false/);
    assert.match(text, /wait=False/);
    assert.match(text, /pulumi\.Bool\(false\)|pulumi\.BoolPtr\(false\)/);
  });

  it("stay as they are the second time", () => {
    const once = written("      distribution:\n        version: 2.9.x\n");
    assert.equal(withPrograms(once, ROOT, schema), once);
  });

  it("have no interpolations, as only args are converted", () => {
    assert.throws(() => written("      kubeconfig: ${cluster.kubeconfig}\n"), /interpolation/);
  });

  it("are those of an example in the languages that it has", () => {
    const text = withPrograms("<!-- example fleet -->\n<!-- /example -->\n", ROOT, schema);
    assert.ok(text.includes('{{< chooser language "typescript,python,go" >}}'));
    for (const file of [
      "fleet-typescript/index.ts",
      "fleet-python/__main__.py",
      "fleet-go/main.go",
    ])
      assert.ok(text.includes(readFileSync(join(ROOT, "examples", file), "utf8")), file);
    assert.equal(withPrograms(text, ROOT, schema), text);
  });

  it("need YAML, and examples that there are", () => {
    assert.throws(
      () => withPrograms("<!-- program -->\n<!-- /program -->", ROOT, schema),
      /no YAML/,
    );
    assert.throws(
      () => withPrograms("<!-- example none -->\n<!-- /example -->", ROOT, schema),
      /no example none/,
    );
  });
});

describe("the page of a resource", () => {
  it("has every input, output and type with its description", () => {
    const [token = ""] = Object.keys(schema.resources);
    const page = resourcePage(token, schema, [{ language: "yaml", text: "a: 1\n" }]);
    const { inputProperties, properties } = schema.resources[
      token
    ] as Documented["resources"][string];
    for (const [name, { description = "" }] of Object.entries({
      ...inputProperties,
      ...properties,
    }))
      assert.ok(page.includes(`- \`${name}\` (`) && page.includes(description), name);
    for (const type of Object.keys(schema.types))
      assert.ok(page.includes(`\n## ${type.slice(type.lastIndexOf(":") + 1)}\n`), type);
    assert.match(page, /- `kubeconfig` \(any type\)/);
    assert.match(page, /- `distribution` \(\[Distribution\]\(#distribution\), required\)/);
  });
});
