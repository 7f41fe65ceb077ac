import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isObject, type Manifest } from "../../provider/core/manifest";
import type { Controller } from "./controllers";
import { componentLabels } from "./labels";

/** The CRDs of a controller, without descriptions, from the API types its Go module pins. */
export function crds({ name, apiModule }: Controller, moduleDir: string): readonly Manifest[] {
  return parseAllDocuments(controllerGen(apiModule, moduleDir))
    .map((document) => document.toJS() as unknown)
    .filter(isManifest)
    .map(({ apiVersion, kind, metadata, ...rest }) => ({
      apiVersion,
      kind,
      metadata: {
        annotations: metadata.annotations ?? {},
        labels: componentLabels(name),
        name: metadata.name,
      },
      ...rest,
    }))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function controllerGen(apiModule: string, moduleDir: string): string {
  const args = ["tool", "controller-gen", "crd:maxDescLen=0", `paths=${apiModule}/...`];
  const run = spawnSync("go", [...args, "output:stdout"], {
    cwd: moduleDir,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.error !== undefined) {
    throw new Error(
      `cannot run go: ${run.error.message}; install the Go version ${join(moduleDir, "go.mod")} names`,
    );
  }
  if (run.status !== 0) {
    throw new Error(`controller-gen failed for ${apiModule} in ${moduleDir}:\n${run.stderr}`);
  }
  return run.stdout;
}

function isManifest(value: unknown): value is Manifest {
  return (
    isObject(value) &&
    value["kind"] === "CustomResourceDefinition" &&
    isObject(value["metadata"]) &&
    typeof value["metadata"]["name"] === "string"
  );
}
