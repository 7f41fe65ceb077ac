import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import type { Generated } from "./generated";
import { filesIn, generateSdks } from "./sdk/generate";
import { withExamples } from "./sdk/examples";
import { mavenFiles } from "./sdk/maven";
import { filled, JAVA_SDK, metadataOf, ownedBy, type Names } from "./sdk/names";

const NAMES = "package.names.json";

/** Files that name a package by its owner; the names in them follow package.names.json. */
const NAMING = [
  "examples/fleet-go/go.mod",
  "examples/fleet-go/main.go",
  "examples/quickstart-go/go.mod",
  "examples/quickstart-go/main.go",
  "examples/quickstart-java/pom.xml",
  "examples/quickstart-java/src/main/java/app/App.java",
  "tests/sdk/go/go.mod",
  "tests/sdk/go/main.go",
  "tests/sdk/java/pom.xml",
  "tests/sdk/java/src/main/java/app/App.java",
];

/** What building an SDK leaves in its folder. */
const LOCAL = ["node_modules", "bin", "build", "target"];

/**
 * All files that follow from package.names.json and the rest of schema.json, with a text that differs from the one on disk.
 *
 * @param root the folder of the project
 * @param place `OWNER/REPOSITORY` to take instead of the one in package.names.json
 */
export async function stale(root: string, place?: string): Promise<Generated> {
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  const before = JSON.parse(text(NAMES)) as Names;
  const names = place === undefined ? before : ownedBy(before, place);
  const renames = NAMING.filter((path) => existsSync(join(root, path))).map(
    (path) => [path, renamed(text(path), before, names)] as const,
  );
  const schema = await schemaOf(
    text("schema.json"),
    names,
    versionIn(text("package.json")),
    (description) => renamed(withExamples(description, root), before, names),
  );
  const sdks = new Map([...(await generateSdks(schema)), ...javaBuild(schema, names)]);
  const want = new Map<string, string | undefined>([
    [NAMES, await pretty(names)],
    ["schema.json", schema],
    ...renames,
    ...[...sdks].map(([path, content]) => [`sdk/${path}`, content] as const),
    ...gone(root, sdks).map((path) => [path, undefined] as const),
  ]);
  return new Map([...want].filter(([path, content]) => content !== textAt(join(root, path))));
}

/** schema.json with the metadata of the names, the version of the package, and the examples. */
async function schemaOf(
  text: string,
  names: Names,
  version: string,
  describe: (description: string) => string,
): Promise<string> {
  const schema = JSON.parse(text) as Schema;
  const described = Object.entries(schema.resources).map(
    ([token, resource]) =>
      [token, { ...resource, description: describe(resource.description) }] as const,
  );
  const resources = Object.fromEntries(described);
  const changed = { version, ...metadataOf(names), resources };
  return pretty({ ...schema, ...changed });
}

interface Schema {
  readonly resources: Readonly<Record<string, { readonly description: string }>>;
}

function javaBuild(schema: string, names: Names): readonly (readonly [string, string])[] {
  const { version, description } = JSON.parse(schema) as Record<"version" | "description", string>;
  const files = mavenFiles({ names, version, description }, JAVA_SDK);
  return [...files].map(([path, content]) => [`java/${path}`, content]);
}

function versionIn(manifest: string): string {
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function pretty(value: unknown): Promise<string> {
  return format(JSON.stringify(value, null, 2), { parser: "json", printWidth: 100 });
}

/** A text with the packages of other names. */
function renamed(text: string, before: Names, after: Names): string {
  const [old, next] = [filled(before).packages, filled(after).packages];
  const base = (name: string, separator: string) => name.slice(0, name.lastIndexOf(separator));
  return text
    .replaceAll(base(old.go, "/"), base(next.go, "/"))
    .replaceAll(base(old.java, "."), base(next.java, "."));
}

/** Committed files of an SDK that are generated no more; sdk/README.md is written by hand. */
function gone(root: string, sdks: ReadonlyMap<string, string>): readonly string[] {
  const languages = new Set([...sdks.keys()].map((path) => path.split("/")[0] ?? ""));
  return [...languages]
    .filter((language) => existsSync(join(root, "sdk", language)))
    .flatMap((language) => {
      const committed = filesIn(join(root, "sdk", language), LOCAL);
      return [...committed.keys()].map((path) => `${language}/${path}`);
    })
    .filter((path) => !sdks.has(path))
    .map((path) => `sdk/${path}`);
}

function textAt(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
