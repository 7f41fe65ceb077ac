// Parent of all processes of one control plane or registry, and their end: when the channel to the
// program that started it closes, for whatever reason (a crash, Ctrl-C, SIGKILL), it kills them and
// removes their data folder. It runs in a process group of its own, which Ctrl-C does not reach.
import { spawn } from "node:child_process";
import { openSync, closeSync, rmSync } from "node:fs";

const [dataFolder] = process.argv.slice(2);
/** @type {Map<string, import("node:child_process").ChildProcess>} */
const children = new Map();

function start({ name, program, args, logFile, env }) {
  const log = openSync(logFile, "a");
  const child = spawn(program, args, { stdio: ["ignore", log, log], env, cwd: dataFolder });
  closeSync(log);
  children.set(name, child);
  const ended = (reason) => {
    if (children.get(name) === child) children.delete(name);
    if (process.connected) process.send({ ended: name, reason });
  };
  child.on("error", (error) => ended(error.message));
  child.on("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
}

function killAll() {
  const running = [...children.values()].filter((child) => child.exitCode === null);
  const exits = running.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  // The data is thrown away, so nothing is gained by an orderly shutdown of several seconds.
  for (const child of running) child.kill("SIGKILL");
  return Promise.all(exits);
}

let finishing = false;
async function finish() {
  if (finishing) return;
  finishing = true;
  await killAll();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

process.on("message", (message) => {
  if (finishing) return;
  if (message.start !== undefined) start(message.start);
  if (message.kill !== undefined) children.get(message.kill)?.kill("SIGKILL");
  if (message.finish === true) void finish();
});
process.on("disconnect", () => void finish());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void finish());
