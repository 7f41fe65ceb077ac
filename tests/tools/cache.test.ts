import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedProgram, fillOnce, toolFolder } from "../../tools/sources/cache";
import { cacheFolder } from "../../tools/sources/platform";
import type { Tool } from "../../tools/sources/tool";

const tool: Tool = {
  title: "a tool",
  program: "a-tool",
  version: "1.0.0",
  accepts: "1.0.0",
  versionArguments: ["--version"],
};

describe("the cache folder", () => {
  const rows: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
    [{ HOME: "/h", FLUX_INSTANCE_CACHE: "/c" }, "linux", "/c/tools"],
    [{ HOME: "/h", XDG_CACHE_HOME: "/x" }, "linux", "/x/flux-instance/tools"],
    [{ HOME: "/h", XDG_CACHE_HOME: "" }, "linux", "/h/.cache/flux-instance/tools"],
    [{ HOME: "/h" }, "darwin", "/h/Library/Caches/flux-instance/tools"],
  ];
  for (const [env, os, folder] of rows) {
    it(`is ${folder} on ${os} with ${JSON.stringify(env)}`, () => {
      assert.equal(cacheFolder(env, os), folder);
    });
  }
});

describe("filling the cache", () => {
  const before = process.env["FLUX_INSTANCE_CACHE"];
  let folder = "";
  let fills = 0;
  const fill = async (emptyFolder: () => string): Promise<void> => {
    fills += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    writeFileSync(join(emptyFolder(), tool.program), "#!/bin/sh\n", { mode: 0o755 });
  };
  const quiet = (): void => undefined;

  beforeEach(() => {
    fills = 0;
    folder = mkdtempSync(join(tmpdir(), "flux-instance-cache-test-"));
    process.env["FLUX_INSTANCE_CACHE"] = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["FLUX_INSTANCE_CACHE"];
    else process.env["FLUX_INSTANCE_CACHE"] = before;
    rmSync(folder, { recursive: true });
  });

  it("is done once when two ask at the same time, and leaves the tool's folder only", async () => {
    const paths = await Promise.all([fillOnce(tool, quiet, fill), fillOnce(tool, quiet, fill)]);
    assert.equal(fills, 1);
    assert.deepEqual(paths, [cachedProgram(tool), cachedProgram(tool)]);
    assert.deepEqual(readdirSync(cacheFolder()), [toolFolder(tool).split("/").pop()]);
  });

  it("takes the lock of a process that is gone", async () => {
    mkdirSync(cacheFolder(), { recursive: true });
    const { pid } = spawnSync("true");
    writeFileSync(`${toolFolder(tool)}.lock`, String(pid));
    await fillOnce(tool, quiet, fill);
    assert.equal(fills, 1);
  });

  it("leaves nothing behind when it fails", async () => {
    const fail = (emptyFolder: () => string): Promise<void> => {
      writeFileSync(join(emptyFolder(), "half"), "");
      return Promise.reject(new Error("no network"));
    };
    await assert.rejects(fillOnce(tool, quiet, fail), /no network/);
    assert.deepEqual(readdirSync(cacheFolder()), []);
  });
});
