import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder, isExecutable, thisPlatform } from "./platform";
import type { Log } from "./progress";
import type { Tool } from "./tool";

/** The folder of one tool in one version; it appears by a rename, so it is whole or absent. */
export function toolFolder(tool: Tool): string {
  const { os, arch } = thisPlatform();
  return join(cacheFolder(), `${tool.program}-${tool.version}-${os}-${arch}`);
}

/** The program in the cache, if it is there. */
export function cachedProgram(tool: Tool): string | undefined {
  const path = join(toolFolder(tool), tool.program);
  return isExecutable(path) ? path : undefined;
}

/**
 * Fills the tool's folder with `fill`, which leaves the program in an empty folder that it asks for
 * at each attempt. Only one process at a time does so; the others wait and then find the result.
 */
export async function fillOnce(
  tool: Tool,
  log: Log,
  fill: (emptyFolder: () => string) => Promise<void>,
): Promise<string> {
  const folder = toolFolder(tool);
  const program = join(folder, tool.program);
  const part = `${folder}.part`;
  const unlock = await lock(`${folder}.lock`, log);
  try {
    if (isExecutable(program)) return program;
    await fill(() => {
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part);
      return part;
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
    return program;
  } finally {
    rmSync(part, { recursive: true, force: true });
    unlock();
  }
}

/** Takes a lock file that holds our process id; a lock of a dead process is removed. */
async function lock(path: string, log: Log): Promise<() => void> {
  mkdirSync(cacheFolder(), { recursive: true });
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, String(process.pid));
  let announced = false;
  try {
    // A hard link appears with its content at once, which creating and then writing does not.
    while (!tryLink(own, path)) {
      const owner = readOwner(path);
      if (owner !== undefined && !isAlive(owner)) rmSync(path, { force: true });
      else {
        if (!announced) log(`  another process (${owner ?? "unknown"}) is at it; waiting …`);
        announced = true;
        await sleep(500);
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    rmSync(path, { force: true });
  };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (existsSync(from) && (error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a process of that id exists; one of another user answers EPERM. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
