import { join, resolve } from "node:path";
import { build } from "../build";

/** `npm run build`: builds `dist/`, or another folder. */
async function main([folder]: readonly string[]): Promise<void> {
  await build(folder === undefined ? join(__dirname, "..", "..", "dist") : resolve(folder));
}

void main(process.argv.slice(2));
