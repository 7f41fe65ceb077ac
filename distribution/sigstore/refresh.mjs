import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

// The package exports no path of the file, but lies next to its package.json.
const seeds = createRequire(import.meta.url).resolve("@sigstore/tuf/package.json");
const { targets } = Object.values(
  JSON.parse(readFileSync(new URL("seeds.json", `file://${seeds}`), "utf8")),
)[0];
const root = Buffer.from(targets["trusted_root.json"], "base64").toString("utf8");
const file = new URL("trusted-root.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(JSON.parse(root), undefined, 2)}\n`);
console.log(`Wrote ${file.pathname}`);
