import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { moduleVersion } from "./build-info";
import { cachedProgram } from "./cache";
import { cacheFolder, whichOnPath } from "./platform";
import type { Tool } from "./tool";
import { isAccepted, versionIn } from "./version";

/** Where a tool is, or why the one on PATH will not do. */
export interface Location {
  readonly path?: string;
  readonly rejected?: string;
}

/** Looks for an acceptable program on PATH, then in the cache. */
export function locate(tool: Tool): Location {
  const onPath = whichOnPath(tool.program);
  const version = onPath === undefined ? undefined : knownVersion(onPath, tool);
  if (onPath !== undefined && isAccepted(version, tool.accepts)) return { path: onPath };
  const cached = cachedProgram(tool);
  if (cached !== undefined) return { path: cached };
  if (onPath === undefined) return {};
  return { rejected: `${onPath} is ${version ?? "of unknown version"}, needed is ${tool.accepts}` };
}

/** Asks a program for its version, or looks into it where it can't tell. */
export function askVersion(path: string, tool: Tool): string | undefined {
  if (tool.versionModule !== undefined) return moduleVersion(path, tool.versionModule);
  const { stdout, stderr } = spawnSync(path, tool.versionArguments ?? [], {
    // docker-registry prints the path it was called by, and our cache paths hold a version too.
    argv0: tool.program,
    encoding: "utf8",
    timeout: 20_000,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return versionIn(`${stdout}\n${stderr}`);
}

/** The version of a program on PATH, asked once per file and then remembered in the cache. */
function knownVersion(path: string, tool: Tool): string | undefined {
  const { size, mtimeMs } = statSync(path);
  const key = `${realpathSync(path)} ${size} ${mtimeMs}`;
  const memory = readMemory();
  const known = memory[key];
  if (known !== undefined) return known;
  const version = askVersion(path, tool);
  if (version !== undefined) writeMemory({ ...memory, [key]: version });
  return version;
}

const memoryFile = (): string => join(cacheFolder(), "path-versions.json");

function readMemory(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(memoryFile(), "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}

function writeMemory(memory: Readonly<Record<string, string>>): void {
  mkdirSync(cacheFolder(), { recursive: true });
  const part = `${memoryFile()}.${process.pid}`;
  writeFileSync(part, JSON.stringify(memory, null, 2));
  renameSync(part, memoryFile());
}
