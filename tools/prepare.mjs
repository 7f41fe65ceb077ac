// `npm install` runs this in the folder of the package: the engine's language host does that for a plugin that comes from
// the Git repository, before it runs dist/main.js (PulumiPlugin.yaml). So esbuild is all there is of what builds.
// https://docs.npmjs.com/cli/v11/using-npm/scripts#life-cycle-scripts
import Module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const tools = dirname(fileURLToPath(import.meta.url));
const file = join(tools, "build.ts");
const { outputFiles } = buildSync({
  entryPoints: [file],
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  write: false,
});
// As if it were the TypeScript file, so that __dirname and the packages are those of its place.
const module = new Module(file);
module.filename = file;
module.paths = Module._nodeModulePaths(tools);
module._compile(outputFiles[0].text, file);
await module.exports.build(join(dirname(tools), "dist"));
