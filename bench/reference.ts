import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { RegistryClient } from "../provider/io/oci/registry-client";
import { tarGzip } from "../tests/support/registries/archive";
import { artifactOf, entriesOf, push } from "../tests/support/registries/artifact";
import { ownPlugin } from "../tests/support/plugins";
import { SHARED } from "../tests/support/shared";
import { startRegistry } from "../tools/registry";
import { median, type Figure } from "./measure";

const ROUNDS = 7;
const REFERENCE = "flux-operator";

const MANIFEST = {
  apiVersion: "fluxcd.controlplane.io/v1",
  kind: "FluxInstance",
  metadata: { name: "flux", namespace: "flux-system" },
  spec: { distribution: { version: "2.x", registry: "ghcr.io/fluxcd" } },
};

/** A program that prints the objects of the manifest; what it costs is measured. */
interface Contestant {
  readonly what: string;
  readonly goal: string;
  readonly command: readonly string[];
  /** Whether it finds what the run before has cached. */
  readonly cached: boolean;
}

/**
 * Rendering, whole processes, beside the CLI of the reference where that is on the PATH: both from the same registry on
 * loopback, in turns, so that what else the machine does falls on both. The reference has no cache and no embedded
 * releases.
 */
export async function benchReference(): Promise<readonly Figure[]> {
  const releases = join(SHARED, "distribution");
  const missing = [
    ...(isOnPath(REFERENCE) ? [] : [`${REFERENCE} on the PATH`]),
    ...(existsSync(releases) ? [] : [releases]),
  ];
  if (missing.length > 0) {
    console.error(`not compared with the reference: there is no ${missing.join(", no ")}`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-bench-"));
  const registry = await startRegistry();
  try {
    const place = { registry: registry.address, repository: "manifests" };
    const client = new RegistryClient(place, { surroundings: {} });
    await push(client, artifactOf(tarGzip(entriesOf(releases))), "v1");
    const file = join(folder, "flux.yaml");
    writeFileSync(file, stringify(MANIFEST));
    return measured(contestants(file, `oci://${registry.address}/manifests:v1`), folder);
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true });
  }
}

function isOnPath(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

function contestants(file: string, artifact: string): readonly Contestant[] {
  const render = [join(ownPlugin(), "flux-instance"), "render", "-f", file];
  const pull = [...render, "--distribution", artifact];
  const build = [REFERENCE, "build", "instance", "-f", file, "--distribution-artifact", artifact];
  return [
    { what: "render, embedded", goal: "< 1", command: render, cached: false },
    { what: "render, registry, empty cache", goal: "", command: pull, cached: false },
    { what: "render, registry, from the cache", goal: "< 1", command: pull, cached: true },
    { what: REFERENCE, goal: "", command: build, cached: false },
  ];
}

function measured(all: readonly Contestant[], folder: string): readonly Figure[] {
  const times = new Map(all.map(({ what }) => [what, [] as number[]]));
  const full = join(folder, "full");
  for (const { command, cached } of all) if (cached) cpuSeconds(command, full);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { what, command, cached } of all) {
      const empty = join(folder, `${round} ${what}`);
      times.get(what)?.push(cpuSeconds(command, cached ? full : empty));
    }
  }
  const medianOf = (what: string) => median(times.get(what) ?? []);
  return all.map(({ what, goal }) => {
    const ratio = (medianOf(what) / medianOf(REFERENCE)).toFixed(2);
    return { what, goal, value: `${medianOf(what).toFixed(2)} s CPU (${ratio} of ${REFERENCE})` };
  });
}

/** User and system time of a process and its children, as the shell counts it. */
function cpuSeconds(command: readonly string[], cache: string): number {
  const script = '"$@" >/dev/null || exit 1; times';
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...command], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  if (status !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  const [, children = ""] = stdout.trim().split("\n");
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
