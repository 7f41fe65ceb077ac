import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ownPlugin } from "../tests/support/plugins";
import { median, type Figure } from "./measure";

const RUNS = 9;

const HOOK =
  "process.on('exit',()=>{const u=process.cpuUsage();console.error((u.user+u.system)/1e6)})";

const MANIFEST = {
  apiVersion: "fluxcd.controlplane.io/v1",
  kind: "FluxInstance",
  metadata: { name: "flux", namespace: "flux-system" },
  spec: { distribution: { version: "2.x", registry: "ghcr.io/fluxcd" } },
};

/** The command-line program, whole processes; CPU as the system counts it for children. */
export function benchCli(): Promise<readonly Figure[]> {
  const program = join(ownPlugin(), "..", "dist", "cli.js");
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-bench-"));
  try {
    const file = join(folder, "flux.yaml");
    const hook = join(folder, "hook.cjs");
    writeFileSync(file, stringify(MANIFEST));
    writeFileSync(hook, HOOK);
    const seconds = median(
      Array.from({ length: RUNS }, () =>
        cpuSeconds(["--require", hook, program, "render", "-f", file]),
      ),
    );
    const value = `${seconds.toFixed(2)} s CPU`;
    return Promise.resolve([{ what: "flux-instance render, embedded", value, goal: "< 0.25 s" }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** User and system time of a Node process, told by its hook as it ends. */
function cpuSeconds(args: readonly string[]): number {
  const { stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return Number(stderr.trim().split("\n").at(-1));
}
