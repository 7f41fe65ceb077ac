import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePorts } from "../../../tools/processes/ports";
import { startProcessGroup } from "../../../tools/processes/process-group";
import type { Registry } from "../../../tools/registry";

/** The user of both kinds of login; the password has a colon, which Basic allows. */
export const USER = { username: "flux", password: "pass:word" } as const;

/** bcrypt of the password; a htpasswd file knows no other form in this registry. */
const HASH = "$2b$05$abcdefghijklmnopqrstuuDIEddBSuRWBBEY6g5zv60IAP5bSSfki";

/** How the registry asks for a login. https://distribution.github.io/distribution/about/configuration/#auth */
export type Login =
  "htpasswd" | { readonly realm: string; readonly certificate: string; readonly service: string };

/** Starts an empty registry that wants a login; it ends like a control plane does. */
export async function startRegistryWithLogin(program: string, login: Login): Promise<Registry> {
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const group = startProcessGroup("registry");
  const file = join(group.dataFolder, "registry.yaml");
  writeFileSync(file, configuration(address, group.dataFolder, login));
  try {
    group.start({ name: "registry", program, args: ["serve", file] });
    await group.waitFor("the registry's start", () => asksForLogin(address), 30);
  } catch (error) {
    await group.stop();
    throw error;
  }
  return { address, dataFolder: group.dataFolder, stop: () => group.stop() };
}

function configuration(address: string, folder: string, login: Login): string {
  return stringify({
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: join(folder, "blobs") } },
    http: { addr: address },
    auth: login === "htpasswd" ? htpasswd(folder) : token(folder, login),
  });
}

function htpasswd(folder: string): object {
  const path = join(folder, "htpasswd");
  writeFileSync(path, `${USER.username}:${HASH}\n`);
  return { htpasswd: { realm: "registry", path } };
}

function token(folder: string, { realm, certificate, service }: Exclude<Login, string>): object {
  const rootcertbundle = join(folder, "tokens.pem");
  writeFileSync(rootcertbundle, certificate);
  return { token: { realm, service, issuer: "flux-instance-tests", rootcertbundle } };
}

async function asksForLogin(address: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const call = get(`http://${address}/v2/`, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 401);
    });
    call.on("error", () => resolve(false));
  });
}
