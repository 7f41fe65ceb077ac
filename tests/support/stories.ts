import assert from "node:assert/strict";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { ConfigMap, Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { KUBERNETES_VERSION } from "../../provider/resources/children";
import type { Suite } from "./cluster-suite";
import { goEnvironment, pythonEnvironment, type Environment } from "./languages/packages";
import { nodeEnvironment } from "./languages/node-packages";
import { languagePlugin, type Language } from "./languages/plugins";
import { orSkip } from "../tools/require-tools";
import { objectSteps, succeed, type Operation } from "./operation";

const EXAMPLES = join(__dirname, "..", "..", "examples");
const LANGUAGES = ["typescript", "python", "go", "yaml"] as const;

/** The programs in `examples/` that show more than an installation, each in some languages. */
export const STORIES = [
  "adopt",
  "air-gapped",
  "fleet",
  "provider",
  "sharding",
  "sync",
  "tenants",
  "uninstall",
] as const;
export type StoryName = (typeof STORIES)[number];

/** What a story is tried with, and what has to come of it. */
export interface Story {
  readonly title: string;
  /** The configuration, by `key` or `key.path[0]`; it may also make ready what the program needs. */
  readonly config: () => ConfigMap | Promise<ConfigMap>;
  /** Looks at the cluster after the first update, in whatever language that was, and after one that changed something. */
  readonly check: (up: Operation, stack: Stack) => Promise<void>;
  /** The resources that are written with the same meaning, but not byte for byte, as JSON is. */
  readonly differs?: readonly string[];
  /** Looks at the cluster after the destroy; by default nothing of Flux may be there. */
  readonly gone?: () => Promise<void>;
}

/** A value of the configuration that is kept encrypted. */
export const secret = (value: string) => ({ value, secret: true });

interface Program {
  readonly name: string;
  readonly language: Language;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs stories as `pulumi` would run a user's copy. The first language installs; with each other one the same stack has
 * nothing to change in the cluster and the same outputs, so that all of them say the same; then the stack is destroyed.
 */
export function describeStories(suite: Suite, stories: Partial<Record<StoryName, Story>>): void {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-stories-"));
  const names = Object.keys(stories);
  let programs: readonly Program[] = [];

  before(async function () {
    programs = await orSkip(this, () => prepare(folder, names));
    if (programs.length === 0) this.skip();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, story] of Object.entries(stories)) {
    const { differs = [] } = story;
    it(`${name}: ${story.title}`, async () => {
      const own = programs.filter((program) => program.name === name);
      const [first, ...others] = own;
      assert.ok(first !== undefined, "the story has a program");
      const stack = await open(suite, first);
      await stack.setAllConfig(await story.config(), true);
      try {
        const up = await succeed(stack, "up");
        await story.check(up, stack);
        for (const other of others) {
          const again = await succeed(await open(suite, other, first), "up");
          const changed = objectSteps(again.recorder.steps()).map(({ name }) => name);
          assert.deepEqual(
            changed.filter((name) => !differs.includes(name)),
            [],
            other.language,
          );
          if (changed.length > 0) await story.check(again, stack);
          assert.deepEqual(again.outputs, up.outputs, other.language);
        }
      } finally {
        // Also after a failure, as the next story needs a cluster without Flux.
        await succeed(stack, "destroy");
      }
      await (story.gone ?? (() => assertNoFlux(suite)))();
    });
  }
}

/** The stack of a story, with the configuration of another program of it. */
async function open({ project }: Suite, program: Program, configured?: Program): Promise<Stack> {
  const file = join(program.folder, "Pulumi.yaml");
  const settings = parse(readFileSync(file, "utf8")) as { readonly runtime: unknown };
  const runtime = program.language === "python" ? "python" : settings.runtime;
  writeFileSync(file, stringify({ ...settings, name: `flux-${program.name}`, runtime }));
  if (configured !== undefined) {
    const config = `Pulumi.${program.name}.yaml`;
    copyFileSync(join(configured.folder, config), join(program.folder, config));
  }
  const stack = await project.stackIn(program.name, program.folder);
  Object.assign(stack.workspace.envVars, program.environment);
  return stack;
}

/** Copies the programs of stories into a folder, with what they need to run; a language that can't be had is left out. */
async function prepare(folder: string, names: readonly string[]): Promise<readonly Program[]> {
  const plugins = join(folder, ".plugins");
  const PATH = [plugins, process.env["PATH"]].join(delimiter);
  const found: Program[] = [];
  for (const language of LANGUAGES) {
    const own = names.filter((name) => existsSync(join(EXAMPLES, `${name}-${language}`)));
    const places = own.map((name) => copyExample(`${name}-${language}`, folder));
    const ready = await environmentOf(language, folder, places);
    if ("missing" in ready) {
      console.log(`      skipped in ${language}: ${ready.missing}`);
      continue;
    }
    await languagePlugin(language, plugins);
    const environment = { ...ready.environment, PATH };
    found.push(
      ...own.map((name, at) => ({ name, language, folder: places[at] ?? "", environment })),
    );
  }
  return found;
}

/** The folder of the copy. */
export function copyExample(example: string, folder: string): string {
  const place = join(folder, example);
  const filter = (path: string): boolean => !/node_modules|sdks/.test(path);
  cpSync(join(EXAMPLES, example), place, { recursive: true, filter });
  return place;
}

function environmentOf(
  language: (typeof LANGUAGES)[number],
  folder: string,
  places: readonly string[],
): Promise<Environment> {
  if (language === "typescript") return nodeEnvironment(folder, places);
  if (language === "python")
    return pythonEnvironment(folder, [`pulumi-kubernetes==${KUBERNETES_VERSION}`]);
  if (language === "go") return goEnvironment(folder, places);
  return Promise.resolve({ environment: {} });
}

async function assertNoFlux({ cluster }: Suite): Promise<void> {
  assert.deepEqual(await fluxDefinitions(cluster), []);
}

/** The names of Flux's CRDs in a cluster. */
export async function fluxDefinitions(cluster: Suite["cluster"]): Promise<readonly string[]> {
  const all = await cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  return all
    .map(({ metadata }) => String((metadata as { readonly name?: unknown }).name))
    .filter((name) => name.endsWith(".fluxcd.io"));
}
