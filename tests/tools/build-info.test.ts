import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moduleVersion } from "../../tools/sources/build-info";

const MODULE = "github.com/fluxcd/source-controller";

describe("the version of a module in a Go program", () => {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-build-info-"));
  const program = join(folder, "program");
  after(() => rmSync(folder, { recursive: true }));

  const rows: readonly (readonly [lines: readonly string[], version: string | undefined])[] = [
    [[`mod\tflux-instance/tools/a\t(devel)\t`, `dep\t${MODULE}\tv1.9.2\th1:abc=`], "1.9.2"],
    [[`mod\t${MODULE}\tv1.9.2\th1:abc=`, `dep\t${MODULE}/api\tv1.9.0\th1:abc=`], "1.9.2"],
    [[`mod\t${MODULE}\t(devel)\t`], undefined],
    [[`dep\t${MODULE}/api\tv1.9.0\th1:abc=`], undefined],
    [[], undefined],
  ];
  for (const [lines, version] of rows) {
    it(`is ${version ?? "unknown"} by ${JSON.stringify(lines)}`, () => {
      const info = [`path\t${MODULE}`, ...lines, "build\t-compiler=gc"].join("\n");
      writeFileSync(program, Buffer.concat([Buffer.alloc(4096, 0xff), Buffer.from(info)]));
      assert.equal(moduleVersion(program, MODULE), version);
    });
  }
});
