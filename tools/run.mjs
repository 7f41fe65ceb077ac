#!/usr/bin/env node
// The door to all commands. It runs on a fresh clone: Node only, no packages yet.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => join(root, ...parts);
const say = (line) => process.stderr.write(`${line}\n`);

/** Runs a program and resolves to its exit code; signals are passed on to it. */
function run(program, args, stdio = "inherit") {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio });
    const forward = (signal) => child.kill(signal);
    // Ctrl-C reaches the whole foreground group by itself; we only have to outlive it.
    const stay = () => undefined;
    process.on("SIGINT", stay).on("SIGTERM", forward).on("SIGHUP", forward);
    const end = (code) => {
      process.off("SIGINT", stay).off("SIGTERM", forward).off("SIGHUP", forward);
      resolve(code);
    };
    child.on("error", (error) => {
      say(`${program} cannot be run: ${error.message}`);
      end(127);
    });
    child.on("exit", (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

const runTypeScript = (file, args, stdio) =>
  run(process.execPath, ["--import", "tsx", inRoot("tools", file), ...args], stdio);

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return true;
  say(
    `Node.js ${process.versions.node} is too old: this project needs 20.19 or later ` +
      "(https://nodejs.org/en/download).",
  );
  return false;
}

/** Whether node_modules was made from this package-lock.json, with what only development needs. */
function isInstalled(lock, marker) {
  // `pulumi package add` of this folder takes that away, and touches the files below.
  if (!existsSync(inRoot("node_modules", "tsx"))) return false;
  if (existsSync(marker)) return readFileSync(marker, "utf8") === lock.hash;
  // Installed by hand: npm keeps the lock of what is installed there.
  const hidden = inRoot("node_modules", ".package-lock.json");
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(lock.file).mtimeMs;
}

async function requirePackages() {
  const file = inRoot("package-lock.json");
  const lock = { file, hash: createHash("sha256").update(readFileSync(file)).digest("hex") };
  const marker = inRoot("node_modules", ".flux-instance-lock");
  if (isInstalled(lock, marker)) return 0;
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  say("Installing the npm packages with npm ci (about 30 seconds) …");
  const ticker = setInterval(() => say(`  … still at it after ${seconds()} s`), 20_000);
  const code = await run(
    "npm",
    ["ci", "--no-progress", "--no-audit", "--no-fund", "--loglevel=error"],
    ["ignore", "ignore", "inherit"],
  );
  clearInterval(ticker);
  if (code !== 0) {
    say(`  npm ci failed after ${seconds()} s (exit code ${code}); its message is above.`);
    return code;
  }
  writeFileSync(marker, lock.hash);
  say(`  done in ${seconds()} s`);
  return 0;
}

const mocha = (args) => run(process.execPath, [inRoot("node_modules/mocha/bin/mocha.js"), ...args]);

/** All tests need all tools and the built plugin; a selection of tests asks for them itself. */
async function test(args) {
  const selects = args.some((arg) => /^--spec(=|$)|\.ts$/.test(arg));
  if (args.length > 0) return await mocha([...args, ...(selects ? [] : ALL_TESTS)]);
  const quiet = ["ignore", "ignore", "inherit"];
  const code = await runTypeScript("main/provide.ts", [], quiet);
  if (code > 128) return code;
  if (code !== 0) say("The tests that need these tools are skipped.");
  const built = await runTypeScript("main/build.ts", [], quiet);
  if (built !== 0) return built;
  // Files run side by side: much of their time they wait for a cluster.
  return await mocha(["--parallel", "--jobs", "2", ...ALL_TESTS]);
}

const ALL_TESTS = ["tests/**/*.test.ts"];

const commands = {
  demo: (args) => runTypeScript("demo.ts", args),
  test,
  "control-plane": (args) => runTypeScript("main/control-plane.ts", args),
  bench: (args) => runTypeScript("../bench/main.ts", args),
  provide: (args) => runTypeScript("main/provide.ts", args),
};

async function main([name = "", ...args]) {
  if (!requireNode()) return 1;
  if (!Object.hasOwn(commands, name)) {
    say(`Usage: node tools/run.mjs ${Object.keys(commands).join("|")} [ARGUMENT...]`);
    return 2;
  }
  const code = await requirePackages();
  return code === 0 ? await commands[name](args) : code;
}

process.exitCode = await main(process.argv.slice(2));
