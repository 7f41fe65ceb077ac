import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ownPlugin } from "../tests/support/plugins";
import { median, type Figure } from "./measure";

const RUNS = 9;

const MANIFEST = {
  apiVersion: "fluxcd.controlplane.io/v1",
  kind: "FluxInstance",
  metadata: { name: "flux", namespace: "flux-system" },
  spec: { distribution: { version: "2.x", registry: "ghcr.io/fluxcd" } },
};

/** The command-line program, whole processes; CPU as the system counts it for children. */
export function benchCli(): Promise<readonly Figure[]> {
  const program = join(ownPlugin(), "..", "dist", "cli", "main.js");
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-bench-"));
  try {
    const file = join(folder, "flux.yaml");
    writeFileSync(file, stringify(MANIFEST));
    const seconds = median(
      Array.from({ length: RUNS }, () => cpuSeconds([program, "render", "-f", file])),
    );
    const value = `${seconds.toFixed(2)} s CPU`;
    return Promise.resolve([{ what: "flux-instance render, embedded", value, goal: "< 0.25 s" }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** User and system time of a Node process, told by itself as it ends. */
function cpuSeconds(args: readonly string[]): number {
  const hook =
    "process.on('exit',()=>{const u=process.cpuUsage();console.error((u.user+u.system)/1e6)})";
  const hooked = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, ...args];
  const { stderr } = spawnSync(process.execPath, hooked, { encoding: "utf8" });
  return Number(stderr.trim().split("\n").at(-1));
}
