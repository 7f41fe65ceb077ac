import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesIn } from "../sdk/generate";
import type { Part } from "./part";
import { zip } from "./zip";

/**
 * The SDK for Go as a module proxy serves it, below `go/`. Publishing is a tag; the files show what Go will see of it.
 * https://go.dev/ref/mod#goproxy-protocol
 */
export const go: Part = ({ root, version }, out) => {
  const sdk = join(root, "sdk", "go");
  const mod = readFileSync(join(sdk, "go.mod"), "utf8");
  const [, module = ""] = /^module (\S+)$/m.exec(mod) ?? [];
  const sources = [...filesIn(sdk)].map(([path, text]) => [path, Buffer.from(text)] as const);
  const license = ["LICENSE", readFileSync(join(root, "LICENSE"))] as const;
  const entries = [...sources, license].map(([path, content]) => ({
    path: `${module}@v${version}/${path}`,
    content,
  }));
  const served: Readonly<Record<string, string | Buffer>> = {
    list: `v${version}\n`,
    [`v${version}.info`]: JSON.stringify({ Version: `v${version}` }),
    [`v${version}.mod`]: mod,
    [`v${version}.zip`]: zip(entries),
  };
  const files = Object.entries(served).map(([name, content]) => {
    const file = `go/${escaped(module)}/@v/${name}`;
    mkdirSync(dirname(join(out, file)), { recursive: true });
    writeFileSync(join(out, file), content);
    return file;
  });
  return Promise.resolve({ files, publish: `git tag sdk/go/v${version} (module ${module})` });
};

/** A capital is "!" and the small letter: https://go.dev/ref/mod#goproxy-protocol */
function escaped(module: string): string {
  return module.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
