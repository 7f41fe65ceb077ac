import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Schema } from "../provider/cli/convert/schema";
import { exampleOf, hasPrograms, withPrograms } from "./docs/programs";
import { resourcePage, titleOf, type Documented } from "./docs/resource-page";

const RESOURCES = "docs/resources";

/** The example that the page of a resource shows. */
const EXAMPLE = "quickstart";

/**
 * The pages whose generated parts differ from the ones on disk, as they should be, by path: a page for each resource of
 * schema.json, and the programs in the other ones.
 *
 * @param root the folder of the project
 */
export async function stalePages(root: string): Promise<ReadonlyMap<string, string>> {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const schema = JSON.parse(read("schema.json")) as Documented & Schema;
  const generated = Object.keys(schema.resources).map((token) => {
    const path = `${RESOURCES}/${fileName(titleOf(token))}.md`;
    return [path, resourcePage(token, schema, exampleOf(EXAMPLE, root))] as const;
  });
  const written = pagesIn(root)
    .filter((path) => !path.startsWith(`${RESOURCES}/`) && hasPrograms(read(path)))
    .map((path) => [path, withPrograms(read(path), root, schema)] as const);
  const pages = await Promise.all(
    [...generated, ...written].map(
      async ([path, text]) => [path, await pretty(text, join(root, path))] as const,
    ),
  );
  return new Map(pages.filter(([path, text]) => text !== textAt(join(root, path))));
}

function pagesIn(root: string): readonly string[] {
  return readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
}

/** `FluxInstance` is `flux-instance`. */
function fileName(title: string): string {
  return title.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

async function pretty(text: string, file: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), parser: "markdown" });
}

function textAt(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
