import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { startCluster, type Cluster } from "./support/cluster";
import { dotnetEnvironment } from "./support/dotnet";
import type { Project } from "./support/engine";
import {
  goEnvironment,
  mavenEnvironment,
  pythonEnvironment,
  type Environment,
} from "./support/languages/packages";
import { languagePlugin, type Language } from "./support/languages/plugins";
import { succeed } from "./support/operation";
import { requireProject } from "./support/project";
import { STORIES } from "./support/stories";
import { copyOf } from "./sdk/programs";
import { orSkip } from "./tools/require-tools";

const EXAMPLES = join(__dirname, "..", "examples");

/** C# has Pulumi's own language plugin or none. */
type Quickstart = Exclude<Language, "typescript"> | "csharp";

const ENVIRONMENTS: Readonly<Record<Quickstart, (program: string) => Promise<Environment>>> = {
  python: pythonEnvironment,
  go: goEnvironment,
  csharp: dotnetEnvironment,
  java: mavenEnvironment,
  yaml: () => Promise.resolve({ environment: {} }),
};

const folders = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, language: name.slice(name.lastIndexOf("-") + 1) }));

/** The language is the last word of the name. TypeScript runs in tests/sdk/nodejs.test.ts. */
const programs = folders
  .filter(({ name, language }) => name.startsWith("quickstart-") && language !== "typescript")
  .map(({ name, language }) => ({ name, language: language as Quickstart }));

describe("the example", function () {
  this.timeout(10 * 60_000);
  let cluster: Cluster | undefined;

  before(async function () {
    cluster = await startCluster(this);
  });
  after(async () => {
    await cluster?.stop();
  });

  for (const { name, language } of programs) {
    it(`${name} installs Flux and removes it`, async function () {
      const folder = copyOf(join(EXAMPLES, name));
      const ready = await ENVIRONMENTS[language](folder);
      if ("missing" in ready) {
        console.log(`      skipped: ${ready.missing}`);
        this.skip();
      }
      const plugins = join(folder, ".plugins");
      if (language !== "csharp") await orSkip(this, () => languagePlugin(language, plugins));
      const PATH = [plugins, process.env["PATH"]].join(delimiter);
      const project = await requireProject(this, { environment: { ...ready.environment, PATH } });
      try {
        await installs(await stackOf(project, folder));
      } finally {
        project.remove();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  /** A stack of the example on the cluster of the test; some examples read the kubeconfig themselves. */
  async function stackOf(project: Project, folder: string): Promise<Stack> {
    assert.ok(cluster !== undefined);
    const value = { value: cluster.kubeconfig, secret: true };
    const stack = await project.stackIn("test", folder);
    await stack.setConfig("kubernetes:kubeconfig", value);
    await stack.setConfig("kubeconfig", value);
    return stack;
  }
});

async function installs(stack: Stack): Promise<void> {
  const { outputs } = await succeed(stack, "up");
  assert.match(String(outputs["version"]), /^v2\.9\.\d+$/);
  await succeed(stack, "destroy");
}

describe("the examples", () => {
  it("are quickstarts, or stories that tests/examples/ runs", () => {
    const known = ["quickstart", ...STORIES];
    const others = folders.filter(
      ({ name, language }) => !known.includes(name.slice(0, -language.length - 1)),
    );
    assert.deepEqual(others, []);
  });
});

describe("the README", () => {
  const text = readFileSync(join(__dirname, "..", "README.md"), "utf8");
  for (const [language, path] of [
    ["ts", "quickstart-typescript/index.ts"],
    ["yaml", "quickstart-yaml/Pulumi.yaml"],
    ["python", "quickstart-python/__main__.py"],
    ["go", "quickstart-go/main.go"],
    ["csharp", "quickstart-csharp/Program.cs"],
    ["java", "quickstart-java/src/main/java/app/App.java"],
  ] as const) {
    it(`has the program of ${path} as it is`, () => {
      const program = readFileSync(join(EXAMPLES, path), "utf8");
      assert.ok(text.includes(`\`\`\`${language}\n${program}\`\`\`\n`), path);
    });
  }
});
