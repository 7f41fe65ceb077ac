import { spawn } from "node:child_process";
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as wire from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { nodejsCommand, nodejsEnvironment } from "./nodejs";

/**
 * A stand-in for Pulumi's language plugins that Go can't build from modules: it runs a command in the program's folder and
 * tells it of the engine by the environment, as https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/pulumi-language-go/main.go
 * does; the command `nodejs` is that of ./nodejs. It installs nothing and asks for no plugin.
 */
type Reply<Response> = sendUnaryData<Response>;

/** What a program reads of the engine. */
function environmentOf(request: wire.RunRequest, engine: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PULUMI_ENGINE: engine,
    PULUMI_MONITOR: request.getMonitorAddress(),
    PULUMI_ORGANIZATION: request.getOrganization(),
    PULUMI_PROJECT: request.getProject(),
    PULUMI_STACK: request.getStack(),
    PULUMI_DRY_RUN: String(request.getDryrun()),
    PULUMI_PARALLEL: String(request.getParallel()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

/** Runs the program; its output goes to the engine, which shows it. */
function running(command: readonly string[], engine: string) {
  const nodejs = command[0] === "nodejs";
  return (
    { request }: ServerUnaryCall<wire.RunRequest, wire.RunResponse>,
    reply: Reply<wire.RunResponse>,
  ): void => {
    const cwd = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
    const env = {
      ...environmentOf(request, engine),
      ...(nodejs ? nodejsEnvironment(request) : {}),
    };
    const [program = "", ...args] = nodejs ? nodejsCommand(request, engine) : command;
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => {
      reply(error);
    });
    child.on("close", (code) => {
      const response = new wire.RunResponse();
      if (code !== 0) response.setError(`the program ended with exit code ${String(code)}`);
      reply(null, response);
    });
  };
}

function unimplemented(_call: unknown, reply: Reply<never>): void {
  reply({ code: status.UNIMPLEMENTED, details: "not in this stand-in" });
}

function serve(command: readonly string[], engine: string): void {
  const server = new Server();
  server.addService(LanguageRuntimeService, {
    ...Object.fromEntries(Object.keys(LanguageRuntimeService).map((name) => [name, unimplemented])),
    run: running(command, engine),
    getPluginInfo: (_call: unknown, reply: Reply<PluginInfo>) => {
      reply(null, new PluginInfo());
    },
    getRequiredPackages: (_call: unknown, reply: Reply<wire.GetRequiredPackagesResponse>) => {
      reply(null, new wire.GetRequiredPackagesResponse());
    },
  });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // How a plugin tells its engine the port that it serves on.
    process.stdout.write(`${port}\n`);
  });
}

// COMMAND [ARGUMENT…] -- [OPTION…] ENGINE
const separator = process.argv.indexOf("--");
serve(process.argv.slice(2, separator), process.argv.at(-1) ?? "");
