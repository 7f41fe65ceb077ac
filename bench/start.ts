import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { ownPlugin } from "../tests/support/plugins";
import { compared, median, type Figure } from "./measure";
import { buildUnbundled } from "./unbundled";

const RUNS = 7;

interface Start {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The plugin's process from its start until it serves; memory is read where the system tells it (Linux). */
export async function benchStart(): Promise<readonly Figure[]> {
  const unbundled = await buildUnbundled();
  const bundled = join(ownPlugin(), "..", "dist", "main.js");
  const [ours, theirs]: [Start[], Start[]] = [[], []];
  try {
    for (let run = 0; run < RUNS; run += 1) {
      ours.push(await start(bundled));
      theirs.push(await start(unbundled.plugin));
    }
  } finally {
    unbundled.remove();
  }
  return [
    figure("plugin, start to serving", "seconds", "s", "< 0.4 s", ours, theirs),
    figure("plugin, memory when serving", "megabytes", "MB", "< 90 MB", ours, theirs),
  ];
}

function figure(
  what: string,
  key: keyof Start,
  unit: string,
  goal: string,
  ours: readonly Start[],
  theirs: readonly Start[],
): Figure {
  const [own, other] = [median(ours.map((it) => it[key])), median(theirs.map((it) => it[key]))];
  return { what, value: compared(own, other, unit), goal };
}

async function start(program: string): Promise<Start> {
  const begin = performance.now();
  const args = [program, "127.0.0.1:1"];
  const plugin = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
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
