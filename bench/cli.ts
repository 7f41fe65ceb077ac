import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ownPlugin } from "../tests/support/plugins";
import { SHARED } from "../tests/support/shared";
import { serveReleases, type Served } from "./artifact";
import { compared, median, type Figure } from "./measure";
import { buildUnbundled } from "./unbundled";

const RUNS = 9;

const HOOK =
  "process.on('exit',()=>{const u=process.cpuUsage();console.error((u.user+u.system)/1e6)})";

const MANIFEST = {
  apiVersion: "fluxcd.controlplane.io/v1",
  kind: "FluxInstance",
  metadata: { name: "flux", namespace: "flux-system" },
  spec: { distribution: { version: "2.x", registry: "ghcr.io/fluxcd" } },
};

/** One way to render; whether the cache of artifacts is empty before each run. */
interface Case {
  readonly what: string;
  readonly goal: string;
  readonly source: string;
  readonly cold?: boolean;
}

/** The command-line program, whole processes, against the same program unbundled in the same run. */
export async function benchCli(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-bench-"));
  const unbundled = await buildUnbundled();
  const releases = join(SHARED, "distribution");
  const served = existsSync(releases) ? await serveReleases(releases) : undefined;
  try {
    writeFileSync(join(folder, "flux.yaml"), stringify(MANIFEST));
    writeFileSync(join(folder, "hook.cjs"), HOOK);
    const bundled = join(ownPlugin(), "..", "dist", "cli.js");
    return casesOf(releases, served).map((it) => compare(folder, it, bundled, unbundled.cli));
  } finally {
    await served?.registry.stop();
    unbundled.remove();
    rmSync(folder, { recursive: true });
  }
}

/** The embedded releases; and where there is a copy of the published ones, those in a folder and in a registry. */
function casesOf(folder: string, served: Served | undefined): readonly Case[] {
  const embedded = { what: "embedded", goal: "< 0.25 s", source: "embedded" };
  if (served === undefined) return [embedded];
  const source = served.reference;
  return [
    embedded,
    { what: "folder of YAML", goal: "< 0.6 s", source: folder },
    { what: "registry, empty cache", goal: "<= 0.8 s", source, cold: true },
    { what: "registry, from the cache", goal: "<= 0.35 s", source },
  ];
}

function compare(folder: string, one: Case, bundled: string, unbundled: string): Figure {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(cpuSeconds(folder, one, bundled));
    theirs.push(cpuSeconds(folder, one, unbundled));
  }
  return {
    what: `flux-instance render, ${one.what}`,
    value: compared(median(ours), median(theirs), "s CPU"),
    goal: one.goal,
  };
}

/** User and system time of a Node process, told by its hook as it ends. */
function cpuSeconds(folder: string, { source, cold = false }: Case, program: string): number {
  const cache = join(folder, "cache");
  if (cold) rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const node = ["--require", join(folder, "hook.cjs"), program];
  const render = ["render", "-f", join(folder, "flux.yaml"), "--distribution", source];
  const { status, stderr } = spawnSync(process.execPath, [...node, ...render], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  if (status !== 0) throw new Error(`flux-instance ${render.join(" ")} failed:\n${stderr}`);
  return Number(stderr.trim().split("\n").at(-1));
}
