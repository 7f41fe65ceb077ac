import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stale } from "../../tools/sdk";
import { run } from "../../tools/sources/command";
import { withExamples, QUICKSTARTS } from "../../tools/sdk/examples";
import { filled, metadataOf, ownedBy, type Names } from "../../tools/sdk/names";

const ROOT = join(__dirname, "..", "..");
const names = JSON.parse(readFileSync(join(ROOT, "package.names.json"), "utf8")) as Names;

describe("the names of the packages", () => {
  it("follow the owner", () => {
    const { packages, urls } = filled(ownedBy(names, "Acme-Corp/flux"));
    assert.equal(packages.go, "github.com/Acme-Corp/flux/sdk/go/fluxinstance");
    assert.equal(packages.java, "io.github.acmecorp.fluxinstance");
    assert.equal(packages.npm, "pulumi-flux-instance");
    assert.equal(urls.plugin, "github://api.github.com/Acme-Corp/flux");
  });

  it("make a Java package of an owner that starts with a digit", () => {
    assert.equal(filled(ownedBy(names, "8bit/flux")).packages.java, "io.github._8bit.fluxinstance");
  });

  for (const place of ["acme", "a/b/c", "-acme/flux", "ac--me/flux", "acme/", "acme/a b"]) {
    it(`refuse ${place}`, () => {
      assert.throws(() => ownedBy(names, place), /expected OWNER\/REPOSITORY/);
    });
  }

  it("are those in schema.json", () => {
    const schema = JSON.parse(readFileSync(join(ROOT, "schema.json"), "utf8")) as object;
    assert.deepEqual({ ...schema, ...metadataOf(names) }, schema);
  });
});

describe("what follows from the names", function () {
  this.timeout(5 * 60_000);

  it("has the names of another owner, and none of this one", async function () {
    if ((await run("go", ["version"])).code !== 0) {
      console.log("      skipped: there is no go");
      return this.skip();
    }
    const changed = await stale(ROOT, "acme/flux");
    for (const path of ["README.md", "schema.json", "examples/quickstart-go/main.go"]) {
      assert.ok(changed.has(path), path);
    }
    const { go, java } = filled(names).packages;
    const left = [...changed].filter(
      ([, text = ""]) =>
        text.includes(`/${names.owner}/`) || text.includes(go) || text.includes(java),
    );
    assert.deepEqual(
      left.map(([path]) => path),
      [],
    );
  });
});

describe("the example in a description", () => {
  const description = withExamples("A thing.", ROOT);

  it("has the program of each quickstart as it is", () => {
    for (const [language, path] of Object.entries(QUICKSTARTS)) {
      const program = readFileSync(join(ROOT, path), "utf8");
      assert.ok(description.includes(`\`\`\`${language}\n${program}\`\`\`\n`), path);
    }
  });

  it("replaces an older one", () => {
    assert.equal(withExamples(description, ROOT), description);
    assert.ok(description.startsWith("A thing.\n\n{{% examples %}}"));
  });
});
