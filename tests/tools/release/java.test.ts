import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { coordinatesOf } from "../../../tools/sdk/maven";
import { emptyFolder, output, source, useParts } from "../../support/release";

const { names, version } = source;

describe("the JAR of a release", function () {
  this.timeout(5 * 60_000);
  const { folder, files } = useParts("java");

  it("has the classes and what they ask for, and its POM", async function () {
    const [jar = "", pom = ""] = files(this, "java");
    const empty = emptyFolder(folder, "classes");
    await output(empty, {}, "jar", "-xf", jar);
    const { group, artifact } = coordinatesOf(names);
    const classes = join(empty, ...names.packages.java.split("."));
    assert.ok(readdirSync(classes).includes("FluxInstance.class"));
    const asked = join(empty, ...group.split("."), artifact, "version.txt");
    assert.equal(readFileSync(asked, "utf8"), version);
    const text = readFileSync(pom, "utf8");
    assert.ok(text.includes(`<groupId>${group}</groupId>\n  <artifactId>${artifact}</artifactId>`));
  });
});
