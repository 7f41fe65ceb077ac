import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";

const PROGRAM = `
  import { withoutDebugMessages } from "./provider/quiet";
  const sdk = require("@pulumi/pulumi/log");
  const { debug, warn } = sdk;
  withoutDebugMessages();
  console.log(sdk.debug !== debug, sdk.warn === warn);
`;

describe("the plugin", () => {
  it("keeps debug messages to itself, also where it is one file with the SDK", () => {
    const { outputFiles } = buildSync({
      stdin: { contents: PROGRAM, loader: "ts", resolveDir: join(__dirname, "..") },
      bundle: true,
      platform: "node",
      format: "cjs",
      write: false,
    });
    const input = outputFiles[0]?.text;
    assert.equal(execFileSync(process.execPath, ["-"], { input, encoding: "utf8" }), "true true\n");
  });
});
