import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../tools/sources/command";
import { emptyFolder, output, source, useParts } from "../../support/release";

const { root, version, names } = source;

describe("the Go module of a release", function () {
  this.timeout(5 * 60_000);
  const { folder, out, files } = useParts("go");

  it("is what Go takes from a proxy and compiles", async function () {
    if ((await run("go", ["version"])).code !== 0) {
      console.log("      skipped: there is no go");
      return this.skip();
    }
    const made = files(this, "go");
    assert.equal(made.length, 4);
    const empty = emptyFolder(folder, "program");
    for (const file of ["go.mod", "go.sum"]) {
      cpSync(join(root, "tests", "sdk", "go", file), join(empty, file));
    }
    const use = `package main\n\nimport flux "${names.packages.go}"\n\nfunc main() { println(flux.ClusterSizeSmall) }\n`;
    writeFileSync(join(empty, "main.go"), use);
    const env = await environment(empty);
    const module = names.packages.go.replace(/\/[^/]+$/, "");
    const download = ["mod", "download", "-json", `${module}@v${version}`];
    const { Zip } = JSON.parse(await output(empty, env, "go", ...download)) as {
      readonly Zip: string;
    };
    assert.deepEqual(readFileSync(Zip), readFileSync(made[3] ?? ""));
    await output(empty, env, "go", "vet", "./...");
  });

  async function environment(empty: string): Promise<Readonly<Record<string, string>>> {
    const asked = await output(empty, {}, "go", "env", "GOMODCACHE", "GOPROXY");
    const [cache = "", proxy = ""] = asked.split("\n");
    return {
      // What other tests have downloaded is a proxy too.
      GOPROXY: `file://${join(out, "go")},file://${cache}/cache/download,${proxy}`,
      // The module is not published: no database has its checksum, and it must not stay in the cache.
      GONOSUMDB: "*",
      GOMODCACHE: join(folder, "modules"),
      GOWORK: "off",
      GOFLAGS: "-mod=mod -modcacherw -trimpath -buildvcs=false",
      GOTOOLCHAIN: "local",
    };
  }
});
