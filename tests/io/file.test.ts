import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { isMissing, readRegular, UnreadableFile } from "../../provider/io/file";

const LIMIT = 1000;

describe("a file that is read", function () {
  this.timeout(10_000);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-file-"));
  const at = (name: string): string => join(folder, name);
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const refused = async (path: string, words: RegExp, kind: UnreadableFile["kind"] = "other") => {
    await assert.rejects(readRegular(path, LIMIT), (error) => {
      assert.ok(error instanceof UnreadableFile, String(error));
      assert.match(error.message, words);
      assert.equal(error.kind, kind);
      assert.equal(isMissing(error), kind === "missing");
      return true;
    });
  };

  it("is a regular one, also by a symbolic link", async () => {
    writeFileSync(at("file"), "text");
    symlinkSync(at("file"), at("link"));
    assert.equal((await readRegular(at("file"), LIMIT)).toString(), "text");
    assert.equal((await readRegular(at("link"), LIMIT)).toString(), "text");
  });

  it("is not absent", async () => {
    writeFileSync(at("file"), "text");
    await refused(at("nowhere"), /^there is no such file/, "missing");
    await refused(join(at("file"), "inner"), /^there is no such file/, "missing");
    await refused("", /^there is no such file/, "missing");
  });

  it("is not larger than its limit", async () => {
    writeFileSync(at("whole"), "x".repeat(LIMIT));
    assert.equal((await readRegular(at("whole"), LIMIT)).length, LIMIT);
    writeFileSync(at("larger"), "x".repeat(LIMIT + 1));
    await refused(at("larger"), /^is larger than 1000 bytes/, "too-large");
  });

  it("is no folder, circle of links, or path that there can't be", async () => {
    mkdirSync(at("folder"));
    symlinkSync(at("circle"), at("circle"));
    await refused(at("folder"), /^is a folder; give a file/);
    await refused(at("circle"), /symbolic links lead in a circle/);
    await refused(at("x".repeat(5000)), /the path is too long/);
    await refused("a\0b", /has a NUL character/);
  });

  it("is no pipe or device, which is not waited for", async function () {
    if (platform() === "win32") this.skip();
    execFileSync("mkfifo", [at("pipe")]);
    for (const path of [at("pipe"), "/dev/zero"]) await refused(path, /^is a pipe or a device/);
  });
});
