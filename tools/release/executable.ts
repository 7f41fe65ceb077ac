import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "../build";
import { thisPlatform } from "../sources/platform";
import { tarball } from "./archive";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";
import { dataEntries, pluginName } from "./plugin";

/** Puts a resource into a program; there is no such thing in Node.js 20 to 24. */
const POSTJECT = join("postject", "dist", "cli.js");

/** https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * What Node.js runs in the executable: a `require` that finds the built files in it, each compiled when it is asked for.
 * Data (schema.json, distribution/) lies beside the executable, as it lies beside dist/ otherwise.
 */
const ENTRY = `"use strict";
const { getAsset } = require("node:sea");
const { dirname, join } = require("node:path");
const { compileFunction } = require("node:vm");
const folder = join(dirname(process.execPath), "dist");
const loaded = new Map();
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = join(folder, name);
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  const run = compileFunction(getAsset(name, "utf8"), parameters, { filename });
  run.call(module.exports, module.exports, find, module, filename, folder);
  return module.exports;
}
const find = (name) => (name.startsWith("./") ? load(name.slice(2)) : require(name));
load("main.js");
`;

/** The executable for this platform, in a folder of its own: its name is that of the tarball that needs Node.js. */
export const executable: Part = async ({ root, version }, out) => {
  const folder = join(out, "executable");
  mkdirSync(folder);
  const file = await buildExecutable(root, version, folder);
  const publish =
    "takes the place of the tarball of that name; the workflow builds one on each platform";
  return { files: [`executable/${basename(file)}`], publish };
};

/**
 * Builds the plugin for this platform as a tarball with one program that holds Node.js: the one that runs this.
 *
 * @param out a folder, which is there
 * @returns the path of the tarball
 * @throws CommandFailed where a tool that makes it fails
 */
export async function buildExecutable(root: string, version: string, out: string): Promise<string> {
  const platform = thisPlatform();
  const os = platform.os === "win32" ? "windows" : platform.os;
  const path = `pulumi-resource-flux-instance${os === "windows" ? ".exe" : ""}`;
  const file = join(out, pluginName(version, { ...platform, os }));
  await inTemporaryFolder(async (folder) => {
    await inject(root, await blob(folder), join(folder, path));
    const program = { path, content: readFileSync(join(folder, path)), executable: true };
    const name = "THIRD-PARTY-NOTICES.txt";
    const notices = readFileSync(join(folder, "dist", name), "utf8") + nodeNotice();
    const entries = [program, { path: name, content: Buffer.from(notices) }, ...dataEntries(root)];
    writeFileSync(file, tarball(entries));
  });
  return file;
}

/** The licence of Node.js, with its text where that lies beside the program, as in what nodejs.org publishes. */
function nodeNotice(): string {
  const { version, execPath } = process;
  const folder = dirname(execPath);
  const text = [join(folder, "LICENSE"), join(folder, "..", "LICENSE")].find(existsSync);
  const title = `Node.js ${version}: https://github.com/nodejs/node/blob/${version}/LICENSE\n`;
  return `\n${"-".repeat(80)}\n${title}${text === undefined ? "" : `\n${readFileSync(text, "utf8")}`}`;
}

/** What Node.js finds in the executable: the entry, and the built files as assets. */
async function blob(folder: string): Promise<string> {
  const files = await build(join(folder, "dist"));
  const assets = Object.fromEntries(files.map(({ name }) => [name, join(folder, "dist", name)]));
  const main = join(folder, "entry.cjs");
  const output = join(folder, "sea.blob");
  const config = { main, output, assets, disableExperimentalSEAWarning: true };
  writeFileSync(main, ENTRY);
  writeFileSync(join(folder, "sea.json"), JSON.stringify(config));
  await execute(process.execPath, ["--experimental-sea-config", "sea.json"], folder);
  return output;
}

async function inject(root: string, resource: string, program: string): Promise<void> {
  const [folder, macos] = [dirname(program), process.platform === "darwin"];
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  if (macos) await execute("codesign", ["--remove-signature", program], folder);
  const args = [program, "NODE_SEA_BLOB", resource, "--sentinel-fuse", FUSE];
  const segment = macos ? ["--macho-segment-name", "NODE_SEA"] : [];
  const tool = join(root, "node_modules", POSTJECT);
  await execute(process.execPath, [tool, ...args, ...segment], folder);
  // macOS runs no program on Apple's processors that has no signature.
  if (macos) await execute("codesign", ["--sign", "-", program], folder);
}
