import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { output } from "./release";

const QUICKSTART = join(__dirname, "..", "..", "examples", "quickstart-typescript");
const SDK = "pulumi-flux-instance";

/** How a user's shell finds what a program needs. */
export interface Shell {
  readonly pulumi: string;
  /** The folder of the Kubernetes plugin. */
  readonly kubernetes: string;
  readonly kubeconfigFile: string;
}

/**
 * The quickstart in TypeScript as somebody writes it who has no SDK yet: its project knows no package, and Pulumi has no
 * plugin. The folder has the folders `program` and `home`, which is Pulumi's.
 */
export class UserProgram {
  readonly folder: string;
  readonly home: string;
  readonly #pulumi: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(folder: string, { pulumi, kubernetes, kubeconfigFile }: Shell) {
    this.folder = join(folder, "program");
    this.home = join(folder, "home");
    this.#pulumi = pulumi;
    for (const name of ["program", "home", "state"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    this.#env = {
      PATH: [dirname(pulumi), kubernetes, process.env["PATH"]].join(":"),
      PULUMI_HOME: this.home,
      PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      KUBECONFIG: kubeconfigFile,
      // What npm has in its cache need not be asked for again.
      npm_config_prefer_offline: "true",
    };
    for (const name of ["index.ts", "tsconfig.json"]) {
      cpSync(join(QUICKSTART, name), join(this.folder, name));
    }
    const manifest = JSON.parse(readFileSync(join(QUICKSTART, "package.json"), "utf8")) as Manifest;
    const others = Object.entries(manifest.dependencies).filter(([name]) => name !== SDK);
    const own = { ...manifest, dependencies: Object.fromEntries(others) };
    writeFileSync(join(this.folder, "package.json"), JSON.stringify(own, null, 2));
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: quickstart\nruntime: nodejs\n");
  }

  /** Runs `pulumi` in the folder of the program. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return output(this.folder, { ...this.#env, ...env }, this.#pulumi, ...args);
  }

  /** What Pulumi.yaml says of packages. */
  get packages(): Readonly<Record<string, string>> {
    const text = readFileSync(join(this.folder, "Pulumi.yaml"), "utf8");
    return (parse(text) as { readonly packages?: Record<string, string> }).packages ?? {};
  }

  /** Where npm finds the SDK. */
  get sdk(): string {
    const text = readFileSync(join(this.folder, "package.json"), "utf8");
    return (JSON.parse(text) as Manifest).dependencies[SDK] ?? "";
  }

  /** The types and names of all resources that a preview of a new stack creates. */
  async preview(): Promise<readonly string[]> {
    await this.run(["stack", "init", "test"]);
    const preview = `"${this.#pulumi}" preview --json > preview.json`;
    await output(this.folder, this.#env, "/bin/sh", "-c", preview);
    const text = readFileSync(join(this.folder, "preview.json"), "utf8");
    const { steps } = JSON.parse(text) as { readonly steps: readonly Step[] };
    assert.ok(steps.every(({ op }) => op === "create"));
    return steps.map(({ urn }) => urn.split("::").slice(2).join("::"));
  }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Step {
  readonly op: string;
  readonly urn: string;
}
