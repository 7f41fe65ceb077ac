import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParsedFiles } from "../../provider/io/parsed-files";

describe("parsed files", () => {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-files-"));
  const file = join(folder, "a.txt");
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("parse the same content once, and a changed one again", async () => {
    const files = new ParsedFiles();
    let parsed = 0;
    const count = (_file: string, text: string) => {
      parsed += 1;
      return text;
    };
    writeFileSync(file, "one");
    assert.equal((await files.read(file, count))?.value, "one");
    assert.equal((await files.read(file, count))?.value, "one");
    assert.equal(parsed, 1);
    writeFileSync(file, "two");
    assert.equal((await files.read(file, count))?.value, "two");
    assert.equal(parsed, 2);
  });

  it("tell a missing file by undefined", async () => {
    assert.equal(await new ParsedFiles().read(join(folder, "none"), String), undefined);
  });
});
