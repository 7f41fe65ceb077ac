import assert from "node:assert/strict";
import type { Manifest } from "../../../../provider/core/manifest";
import { render, type Rendered } from "../../../../provider/core/render";
import { read } from "../../../../provider/core/spec/read";
import { embedded } from "../../../../provider/io/embedded";
import { ParsedFiles } from "../../../../provider/io/parsed-files";

const files = new ParsedFiles();

/** What an instance of Flux 2.9.4 with source- and kustomize-controller renders to. */
export async function rendered(args: Readonly<Record<string, unknown>> = {}): Promise<Rendered> {
  const { spec, problems } = read({
    distribution: { version: "2.9.4" },
    components: ["source-controller", "kustomize-controller"],
    ...args,
  });
  assert.deepEqual(problems, []);
  return render(spec, await embedded(files).load("v2.9.4", spec.components));
}

/** The same with one patch. */
export function patched(
  target: Readonly<Record<string, string>>,
  patch: unknown,
  args: Readonly<Record<string, unknown>> = {},
): Promise<Rendered> {
  const text = typeof patch === "string" ? patch : JSON.stringify(patch);
  return rendered({ ...args, kustomize: { patches: [{ target, patch: text }] } });
}

/** The object of a kind and name. */
export function objectOf({ objects }: Rendered, kind: string, name: string): Manifest {
  const found = objects.find(
    ({ manifest }) => manifest.kind === kind && manifest.metadata.name === name,
  );
  assert.ok(found !== undefined, `no ${kind}/${name}`);
  return found.manifest;
}
