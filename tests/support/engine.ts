import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { provide } from "../../tools/provide";
import type { KubernetesPlugin } from "../../tools/kubernetes-plugin";
import { kubernetesPlugin, ownPlugin } from "./plugins";

/**
 * An engine may get the port of an earlier one. gRPC remembers for the whole process that nobody answered there, and
 * refuses the first call at once; the SDK takes that for the end of an inline program (`isGrpcError` in its
 * automation/server), and the engine deletes what was not registered. So each client keeps its connections for itself.
 */
const { grpcClientOptions } = settings as unknown as { readonly grpcClientOptions: object };
Object.assign(grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** A Pulumi project with a file backend in a folder of its own, with this project's plugin and a Kubernetes plugin. */
export interface Project {
  readonly folder: string;
  readonly kubernetes: KubernetesPlugin;
  /** Opens a stack for an inline program. */
  stack(name: string, program: PulumiFn): Promise<Stack>;
  /** Opens a stack for the program in a folder, whose `Pulumi.yaml` is given the plugins. */
  stackIn(name: string, folder: string): Promise<Stack>;
  remove(): void;
}

/** What a project may set for its engine and plugins. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
}

export async function createProject(surroundings: Surroundings = {}): Promise<Project> {
  const kubernetes = await kubernetesPlugin();
  const { pulumi } = await provide(["pulumi"]);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-"));
  const pulumiCommand = await linkPulumi(pulumi, folder);
  for (const part of ["backend", "home", "work"]) mkdirSync(join(folder, part));
  withoutLogs(join(folder, "home"));
  const providers = [
    { name: "flux-instance", path: ownPlugin() },
    { name: "kubernetes", path: kubernetes.path },
  ];
  const options = {
    workDir: join(folder, "work"),
    pulumiHome: join(folder, "home"),
    pulumiCommand,
    projectSettings: {
      name: "test",
      runtime: "nodejs" as const,
      // Without it the backend writes a second file, which an engine that is killed may leave half written.
      backend: { url: `${pathToFileURL(join(folder, "backend")).href}?metadata=skip` },
      plugins: { providers },
    },
    envVars: {
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...surroundings.environment,
    },
  };
  const { projectSettings, ...surrounding } = options;
  const { backend, plugins } = projectSettings;
  return {
    folder,
    kubernetes,
    stackIn: async (stackName, workDir) => {
      const file = join(workDir, "Pulumi.yaml");
      // A program in a repository names the folder of its package; here it is among the plugins.
      const settings = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      delete settings["packages"];
      writeFileSync(file, stringify({ ...settings, backend, plugins }));
      return plain(
        await LocalWorkspace.createOrSelectStack(
          { stackName, workDir },
          { ...surrounding, workDir },
        ),
      );
    },
    stack: async (stackName, program) => {
      const inline = { stackName, projectName: "test", program };
      return plain(await LocalWorkspace.createOrSelectStack(inline, options));
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The engine writes all that it does to an encrypted log, which takes four tenths of its time and which no test reads. It goes on
 * without one where it can't create the folder.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/logging/encrypted.go (StartLogging)
 */
function withoutLogs(home: string): void {
  writeFileSync(join(home, "logs"), "");
}

/** A stack that runs one command for one operation; the SDK runs three more after an `up`. Its events have the outputs. */
function plain(stack: Stack): Stack {
  return Object.assign(stack, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/** The text of all files of the backend: states, their backups and the history. */
export function stateFiles({ folder }: Project): string {
  const options = { recursive: true, withFileTypes: true } as const;
  const files = readdirSync(join(folder, "backend"), options).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join();
}

/** The Automation API wants a folder with `bin/pulumi`. */
async function linkPulumi(pulumi: string, folder: string): Promise<PulumiCommand> {
  const root = join(folder, "pulumi");
  mkdirSync(join(root, "bin"), { recursive: true });
  symlinkSync(pulumi, join(root, "bin", "pulumi"));
  return PulumiCommand.get({ root, skipVersionCheck: true });
}

/** One step of the engine on one resource. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly diffs: readonly string[];
  readonly detailedDiff: Readonly<Record<string, unknown>>;
  /** The inputs before and after; absent where the resource is new or goes. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** Collects what an operation does and says. */
export class Recorder {
  readonly events: EngineEvent[] = [];

  readonly onEvent = (event: EngineEvent): void => {
    this.events.push(event);
  };

  /** The steps that change something, or all of them. */
  steps({ unchanged = false } = {}): readonly Step[] {
    return this.events.flatMap(({ resourcePreEvent }) => {
      const metadata = resourcePreEvent?.metadata;
      if (metadata === undefined || (metadata.op === "same" && !unchanged)) return [];
      // The engine writes `null` where a resource is new or goes.
      const [before, after] = [metadata.old?.inputs, metadata.new?.inputs];
      return [
        {
          op: metadata.op,
          type: metadata.type,
          name: metadata.urn.split("::").at(-1) ?? "",
          diffs: metadata.diffs ?? [],
          detailedDiff: metadata.detailedDiff ?? {},
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        },
      ];
    });
  }

  /** What came of each step; a refresh tells drift only here. */
  results(): readonly Pick<Step, "op" | "type" | "name">[] {
    return this.events.flatMap(({ resOutputsEvent }) => {
      const metadata = resOutputsEvent?.metadata;
      if (metadata === undefined) return [];
      const { op, type, urn } = metadata;
      return [{ op, type, name: urn.split("::").at(-1) ?? "" }];
    });
  }

  /** The outputs of the stack after an `up`; what is secret is `[secret]`. */
  outputs(): Readonly<Record<string, unknown>> {
    const stacks = this.events.flatMap(({ resOutputsEvent }) =>
      resOutputsEvent?.metadata.type === "pulumi:pulumi:Stack" ? [resOutputsEvent.metadata] : [],
    );
    return (stacks.at(-1)?.new?.outputs ?? {}) as Readonly<Record<string, unknown>>;
  }

  /** The diagnostics of a severity, without colours. */
  messages(severity: string): readonly string[] {
    return this.events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === severity
        ? [diagnosticEvent.message.replace(/<\{%.*?%\}>/g, "")]
        : [],
    );
  }
}
