import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { RegistryClient } from "../provider/io/oci/registry-client";
import { tarGzip, type Entry } from "../tests/support/registries/archive";
import { artifactOf, entriesOf, push } from "../tests/support/registries/artifact";
import { ownPlugin } from "../tests/support/plugins";
import { SHARED } from "../tests/support/shared";
import { startRegistry } from "../tools/registry";
import { BENCH_MANIFEST } from "./cli";
import { median, type Figure } from "./measure";

const ROUNDS = 7;
const REFERENCE = "flux-operator";

/** A program that prints the objects of the manifest; what it costs is measured. */
interface Contestant {
  readonly what: string;
  readonly goal: string;
  readonly command: readonly string[];
  readonly cache: "empty" | "full" | "none";
}

/**
 * Rendering from a registry on loopback, whole processes, beside the reference's CLI where that is on the PATH. They
 * take turns, so that what else the machine does falls on all.
 */
export async function benchArtifact(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-bench-"));
  const registry = await startRegistry();
  try {
    const place = { registry: registry.address, repository: "manifests" };
    await push(
      new RegistryClient(place, { surroundings: {} }),
      artifactOf(tarGzip(entries())),
      "v1",
    );
    const file = join(folder, "flux.yaml");
    writeFileSync(file, stringify(BENCH_MANIFEST));
    return measured(contestants(file, `oci://${registry.address}/manifests:v1`), folder);
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true });
  }
}

/** As many releases as are published where they lie beside the project, else the embedded ones. */
function entries(): readonly Entry[] {
  const published = join(SHARED, "distribution");
  return existsSync(published) ? entriesOf(published) : embeddedEntries();
}

function embeddedEntries(): readonly Entry[] {
  const distribution = join(__dirname, "..", "distribution");
  const versions = readdirSync(distribution).filter((name) => /^v\d/.test(name));
  return versions.flatMap((version) =>
    readdirSync(join(distribution, version)).flatMap((name) => {
      const value: unknown = JSON.parse(readFileSync(join(distribution, version, name), "utf8"));
      return name === "images.json"
        ? Object.entries(value as object).map(([variant, images]) => ({
            name: `flux-images/${version}/${variant}.yaml`,
            content: stringify({ images: images as unknown }),
          }))
        : [
            {
              name: `flux/${version}/${basename(name, ".json")}.yaml`,
              content: (value as readonly object[]).map((one) => `---\n${stringify(one)}`).join(""),
            },
          ];
    }),
  );
}

function contestants(file: string, artifact: string): readonly Contestant[] {
  const render = [join(ownPlugin(), "flux-instance"), "render", "-f", file];
  const pull = [...render, "--distribution", artifact];
  const build = [REFERENCE, "build", "instance", "-f", file, "--distribution-artifact", artifact];
  const ours: readonly Contestant[] = [
    { what: "render, embedded", goal: "< 0.25 s", command: render, cache: "none" },
    { what: "render, registry, cold cache", goal: "<= 0.8 s", command: pull, cache: "empty" },
    { what: "render, registry, warm cache", goal: "<= 0.35 s", command: pull, cache: "full" },
  ];
  const there = spawnSync(REFERENCE, ["--version"]).error === undefined;
  if (!there) console.error(`${REFERENCE} is not on the PATH; it is left out`);
  return there ? [...ours, { what: REFERENCE, goal: "", command: build, cache: "none" }] : ours;
}

function measured(all: readonly Contestant[], folder: string): readonly Figure[] {
  const times = new Map(all.map(({ what }) => [what, [] as number[]]));
  const full = join(folder, "full");
  for (const { command, cache } of all) if (cache === "full") cpuSeconds(command, full);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { what, command, cache } of all) {
      const empty = join(folder, `${round}-${what}`);
      times.get(what)?.push(cpuSeconds(command, cache === "full" ? full : empty));
    }
  }
  const medianOf = (what: string) => median(times.get(what) ?? []);
  const reference = medianOf(REFERENCE);
  return all.map(({ what, goal }) => {
    const value = medianOf(what);
    const ratio = Number.isNaN(reference)
      ? ""
      : `, ${(value / reference).toFixed(2)} of ${REFERENCE}`;
    return { what, goal, value: `${value.toFixed(2)} s CPU${what === REFERENCE ? "" : ratio}` };
  });
}

/** User and system time of a process and its children, as the shell counts it. */
function cpuSeconds(command: readonly string[], cache: string): number {
  const script = '"$@" >/dev/null || exit 1; times';
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...command], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  const [, children = ""] = stdout.trim().split("\n");
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
