import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { ownPlugin } from "../tests/support/plugins";
import { median, type Figure } from "./measure";

const RUNS = 7;

interface Start {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The plugin's process from its start until it serves; memory is read where the system tells it (Linux). */
export async function benchStart(): Promise<readonly Figure[]> {
  const program = join(ownPlugin(), "pulumi-resource-flux-instance");
  const starts: Start[] = [];
  for (let run = 0; run < RUNS; run += 1) starts.push(await start(program));
  const seconds = median(starts.map((it) => it.seconds));
  const megabytes = median(starts.map((it) => it.megabytes));
  return [
    { what: "plugin, start to serving", value: `${seconds.toFixed(2)} s`, goal: "< 0.8 s" },
    { what: "plugin, memory when serving", value: `${megabytes.toFixed(0)} MB`, goal: "< 80 MB" },
  ];
}

async function start(program: string): Promise<Start> {
  const begin = performance.now();
  const plugin = spawn(program, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(createInterface(plugin.stdout), "line");
    const seconds = (performance.now() - begin) / 1_000;
    return { seconds, megabytes: residentMegabytes(plugin.pid ?? 0) };
  } finally {
    plugin.kill("SIGKILL");
  }
}

function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes = "NaN"] =
      /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1_000;
  } catch {
    return Number.NaN;
  }
}
