import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginName } from "../../../tools/release/plugin";
import { thisPlatform } from "../../../tools/sources/platform";
import { emptyFolder, output, source, useParts } from "../../support/release";
import { requireTools } from "../require-tools";

const { version } = source;

describe("the plugin of a release", function () {
  this.timeout(5 * 60_000);
  const { folder, out, files } = useParts("plugin", "executable");

  /** Installs the plugin into an empty home of Pulumi's; the environment is that in which its schema is asked for. */
  async function install(
    context: Mocha.Context,
    home: string,
    file: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { pulumi } = await requireTools(context, ["pulumi"]);
    const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const install = ["plugin", "install", "resource", "flux-instance", version, "--file", file];
    await output(folder, env, pulumi, ...install);
    const get = `"${pulumi}" package get-schema flux-instance@${version} > schema.json`;
    await output(home, { ...env, ...environment }, "/bin/sh", "-c", get);
    const schema = JSON.parse(readFileSync(join(home, "schema.json"), "utf8")) as object;
    assert.equal((schema as { readonly version: string }).version, version);
    return join(home, "plugins", `resource-flux-instance-v${version}`);
  }

  it("is a tarball that Pulumi installs, and that serves without node_modules", async function () {
    assert.equal(files(this, "plugin").length, 6);
    const home = emptyFolder(folder, "plugin");
    const installed = await install(this, home, join(out, pluginName(version, thisPlatform())));
    assert.ok(!readdirSync(installed).includes("node_modules"));
    const cli = join(installed, "dist", "cli.js");
    assert.match(await output(home, {}, process.execPath, cli, "versions"), /v2\.9\.\d/);
  });

  it("is one program that Pulumi installs and that needs no Node.js", async function () {
    const [file = ""] = files(this, "executable");
    const home = emptyFolder(folder, "executable");
    const installed = await install(this, home, file, { PATH: home });
    assert.ok(!readdirSync(installed).includes("dist"));
  });
});
