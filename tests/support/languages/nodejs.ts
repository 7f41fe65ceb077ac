import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

/**
 * How Pulumi's language plugin for Node.js runs a program: by `cmd/run` of the SDK that the program has, which compiles
 * TypeScript unless the option `typescript` is false. It hands on no pipes for synchronous calls, which an SDK of today
 * doesn't use (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go,
 * `constructArguments`).
 */
export function nodejsCommand(request: RunRequest, engine: string): readonly string[] {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const require = createRequire(join(folder, "package.json"));
  const flags = Object.entries({
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: folder,
    parallel: String(request.getParallel()),
  });
  return [
    process.execPath,
    require.resolve("@pulumi/pulumi/cmd/run"),
    ...flags.flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

/** What it sets besides the configuration. */
export function nodejsEnvironment(request: RunRequest): NodeJS.ProcessEnv {
  const { typescript = true } = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  return typescript === true ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {};
}
