import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Packages that others name and this program has no use for, and what stands in their place.
 *
 * - source-map-support: the SDK installs it when it serves, and `provider/main.ts` takes it out; no maps are built.
 * - supports-color: `debug` colours with it where it is installed, and here only development packages bring it.
 * - @grpc/proto-loader: gRPC loads it for services that nobody has added, channelz and ORCA.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "source-map-support": "exports.install = () => {};",
  "supports-color": `throw new Error("supports-color is not part of this build");`,
  "@grpc/proto-loader": `throw new Error("@grpc/proto-loader is not part of this build");`,
};

export const leftOut: Plugin = {
  name: "left-out",
  setup(build) {
    const names = Object.keys(LEFT_OUT).join("|");
    build.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path }) => ({
      path,
      namespace: "left-out",
    }));
    build.onLoad({ filter: /^/, namespace: "left-out" }, ({ path }) => ({
      contents: LEFT_OUT[path] ?? "",
    }));
  },
};

/** The file of a package that is loaded by a call. */
export function fileOf(packageName: string): string {
  return `${packageName.replaceAll(/[@/]+/g, "-").replace(/^-/, "")}.js`;
}

/**
 * The packages that the sources of this project load by `require` in a function, which esbuild does not split off. Not
 * those of Pulumi: the SDK must be there once.
 */
export class PackagesOnCall {
  readonly names = new Set<string>();

  readonly plugin: Plugin = {
    name: "packages-on-call",
    setup: (build) => {
      const { absWorkingDir = "" } = build.initialOptions;
      build.onResolve({ filter: /^[@a-z]/ }, ({ kind, path, importer }) => {
        const isOwn = importer.startsWith(join(absWorkingDir, "provider"));
        if (kind !== "require-call" || !isOwn || /^(?:node:|@pulumi\/)/.test(path))
          return undefined;
        this.names.add(path);
        return { path: `./${fileOf(path)}`, external: true };
      });
    },
  };
}
