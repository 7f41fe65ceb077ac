import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { credentials, Metadata } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

const TIME_LIMIT_MS = 60_000;

/** A plugin connects to its engine only when it has something to log. */
const NO_ENGINE = "127.0.0.1:1";

/**
 * Asks a resource plugin for its version, as the engine does: its program prints no version.
 *
 * @throws Error when the program is not a plugin
 */
export async function pluginVersion(program: string): Promise<string> {
  const child = spawn(program, [NO_ENGINE], { stdio: ["ignore", "pipe", "ignore"] });
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  try {
    return await askVersion(await firstLine(child, child.stdout, limit));
  } catch (error) {
    throw new Error(`${program} does not answer as a plugin of Pulumi`, { cause: error });
  } finally {
    child.kill("SIGKILL");
  }
}

/** The first line that a plugin prints is its port. */
async function firstLine(
  child: ChildProcess,
  output: Readable,
  signal: AbortSignal,
): Promise<string> {
  await once(child, "spawn", { signal });
  const lines = createInterface({ input: output });
  const [first] = (await Promise.race([
    once(lines, "line", { signal }),
    once(child, "exit", { signal }),
  ])) as readonly unknown[];
  if (typeof first === "string") return first;
  throw new Error("the program has ended");
}

async function askVersion(port: string): Promise<string> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await new Promise<string>((resolve, reject) => {
      const deadline = Date.now() + TIME_LIMIT_MS;
      client.getPluginInfo(new Empty(), new Metadata(), { deadline }, (error, info) => {
        if (error === null) resolve(info.getVersion().replace(/^v/, ""));
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}
