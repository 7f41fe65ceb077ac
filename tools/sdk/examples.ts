import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The program of the quickstart in each language, in the order of Pulumi's registry. */
export const QUICKSTARTS = {
  typescript: "examples/quickstart-typescript/index.ts",
  python: "examples/quickstart-python/__main__.py",
  go: "examples/quickstart-go/main.go",
  csharp: "examples/quickstart-csharp/Program.cs",
  java: "examples/quickstart-java/src/main/java/app/App.java",
  yaml: "examples/quickstart-yaml/Pulumi.yaml",
} as const satisfies Readonly<Record<string, string>>;

const MARK = "\n\n{{% examples %}}";

/**
 * The description of a resource with the examples that come from files, in the form that Pulumi's generators read: each SDK
 * shows its own language. https://www.pulumi.com/docs/iac/using-pulumi/pulumi-packages/schema/
 */
export function withExamples(description: string, root: string): string {
  const [text = ""] = description.split(MARK);
  const programs = Object.entries(QUICKSTARTS).map(([language, path]) => {
    const program = readFileSync(join(root, path), "utf8").trimEnd();
    return `\`\`\`${language}\n${program}\n\`\`\``;
  });
  return `${text}${MARK}
## Example Usage
{{% example %}}
### Flux on one cluster

${programs.join("\n\n")}

{{% /example %}}
{{% /examples %}}`;
}
