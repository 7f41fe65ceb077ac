import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { controlPlaneTools } from "../../tools/cluster/commands";
import { leftOvers, processesOf } from "./processes";
import { requireTools } from "./require-tools";

const project = join(__dirname, "..", "..");

/** Starts a control plane in a process of its own, as a user does. */
async function startInProcess(): Promise<{ process: ChildProcess; dataFolder: string }> {
  const args = ["--import", "tsx", join(project, "tools", "main", "control-plane.ts")];
  const child = spawn(process.execPath, args, {
    cwd: project,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const file = /KUBECONFIG=(.+)\n/.exec(output)?.[1];
    if (file !== undefined) return { process: child, dataFolder: dirname(file) };
  }
  throw new Error(`the control plane did not start: ${output}`);
}

describe("the end of a program that runs a control plane", function () {
  this.timeout(120_000);
  before(async function () {
    await requireTools(this, controlPlaneTools);
  });

  const endings: readonly (readonly [NodeJS.Signals, string])[] = [
    ["SIGKILL", "a program that was killed"],
    ["SIGINT", "Ctrl-C"],
    ["SIGTERM", "a polite end"],
  ];
  for (const [signal, title] of endings) {
    it(`${title} leaves no process and no file`, async () => {
      const { process: child, dataFolder } = await startInProcess();
      const programs = 1 + controlPlaneTools.length;
      assert.equal(processesOf(dataFolder).length, programs, "the reaper and its five programs");
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
      assert.deepEqual(await leftOvers(dataFolder, 10), []);
    });
  }

  it("a reaper that was killed is made up for by the program", async () => {
    const { process: child, dataFolder } = await startInProcess();
    const reaper = processesOf(dataFolder).find((line) => line.includes("reaper.mjs"));
    process.kill(Number.parseInt(reaper ?? "", 10), "SIGKILL");
    assert.deepEqual(await leftOvers(dataFolder, 10), []);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  });
});
