import assert from "node:assert/strict";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { PROGRAM_LIMITS, runProgram, type ProgramLimits } from "../../provider/io/run-program";
import { processes } from "../support/processes";

describe("a program that is run", function () {
  this.timeout(20_000);
  before(function () {
    // The programs are scripts of a shell.
    if (platform() === "win32") this.skip();
  });

  const { signal } = new AbortController();
  const sh = (script: string, limits: Partial<ProgramLimits> = {}, stop = signal) =>
    runProgram({ command: "sh", args: ["-c", script] }, stop, { ...PROGRAM_LIMITS, ...limits });

  /** Nothing with these words runs any more. */
  async function assertEnds(words: string): Promise<void> {
    const isLeft = () => processes().some(({ command }) => command.includes(words));
    for (let waited = 0; waited < 40 && isLeft(); waited += 1) await sleep(100);
    assert.ok(!isLeft(), words);
  }

  it("tells what it has printed, and how it ended", async () => {
    assert.deepEqual(await sh("echo out; echo err >&2"), {
      code: 0,
      output: "out\n",
      errors: "err\n",
    });
    assert.equal((await sh("exit 3")).code, 3);
    assert.equal((await sh("kill -9 $$")).code, null);
    const errors = "i=0; while [ $i -lt 2000 ]; do echo 12345 >&2; i=$((i + 1)); done";
    assert.equal((await sh(errors)).errors.length, 4_000);
  });

  it("reads its input, or ends without reading it", async () => {
    const input = "x".repeat(1_000_000);
    const cat = await runProgram({ command: "cat", args: [], input }, signal);
    assert.equal(cat.output.length, input.length);
    const call = { command: "sh", args: ["-c", "exec <&-; echo done"], input };
    assert.equal((await runProgram(call, signal)).output, "done\n");
  });

  it("has the environment that it is given, or that of this process", async () => {
    const show = { command: "/bin/sh", args: ["-c", 'echo "$A$HOME"'] };
    assert.equal((await runProgram({ ...show, env: { A: "a" } }, signal)).output, "a\n");
    assert.equal((await runProgram(show, signal)).output, `${process.env["HOME"] ?? ""}\n`);
  });

  it("is there", async () => {
    const call = { command: "flux-instance-no-such-program", args: [] };
    await assert.rejects(runProgram(call, signal), { code: "ENOENT" });
  });

  it("ends in time, with all that it has started, also where that does not want to", async () => {
    const nap = "sleep 4321";
    const script = `trap "" TERM; sh -c 'trap "" TERM; ${nap}; :' & ${nap}; wait`;
    await assert.rejects(sh(script, { time: 300 }), { name: "TimeoutError", message: /0\.3 s/ });
    await assertEnds(nap);
  });

  it("prints no more than its limit", async () => {
    await assert.rejects(sh("yes flux-instance-test", { output: 1000 }), {
      name: "RangeError",
      message: "prints more than 1000 characters",
    });
    await assertEnds("yes flux-instance-test");
  });

  it("is ended when nobody waits any more", async () => {
    const controller = new AbortController();
    const running = sh("sleep 5432; echo", {}, controller.signal);
    await sleep(200);
    controller.abort(new Error("enough"));
    await assert.rejects(running, { message: "abandoned" });
    await assertEnds("sleep 5432");
    await assert.rejects(sh("echo", {}, controller.signal), { message: "enough" });
  });
});
