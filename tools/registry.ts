import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePorts } from "./processes/ports";
import { startProcessGroup } from "./processes/process-group";
import { provide } from "./provide";
import type { Log } from "./sources/progress";

/** An OCI registry on loopback, without TLS and without login. */
export interface Registry {
  /** "127.0.0.1:PORT", as it appears in image references. */
  readonly address: string;
  readonly dataFolder: string;
  stop(): Promise<void>;
}

interface Wishes {
  /** The program; without it `provide` is asked. */
  readonly program?: string;
  readonly log?: Log;
}

/** Starts an empty registry on a free loopback port; it ends like a control plane does. */
export async function startRegistry({ program, log }: Wishes = {}): Promise<Registry> {
  const registry = program ?? (await provide(["registry"], log)).registry;
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const group = startProcessGroup("registry");
  const file = join(group.dataFolder, "registry.yaml");
  writeFileSync(file, configuration(address, group.dataFolder));
  try {
    group.start({ name: "registry", program: registry, args: ["serve", file] });
    await group.waitFor("the registry's start", () => answers(address), 30);
  } catch (error) {
    await group.stop();
    throw error;
  }
  return { address, dataFolder: group.dataFolder, stop: () => group.stop() };
}

/** https://distribution.github.io/distribution/about/configuration */
const configuration = (address: string, folder: string): string =>
  stringify({
    version: 0.1,
    log: { level: "warn" },
    storage: {
      filesystem: { rootdirectory: join(folder, "blobs") },
      delete: { enabled: true },
    },
    http: { addr: address },
  });

async function answers(address: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const call = get(`http://${address}/v2/`, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("error", () => {
      resolve(false);
    });
  });
}
