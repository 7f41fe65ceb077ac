#!/usr/bin/env node
import { homedir } from "node:os";
import { surroundingsOf } from "../io/oci/access";
import { packageVersion } from "../package";
import { program } from "./program";

/** What ends without a result is a failure, whatever went wrong. */
const FAILED = 1;

/** A reader that has seen enough (`| head`) is no error. */
function isFailure({ code }: NodeJS.ErrnoException): boolean {
  return code !== "EPIPE";
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (!isFailure(error)) return;
  process.exitCode = FAILED;
  process.stderr.write(`can't write to standard output: ${error.message}\n`);
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (isFailure(error)) process.exitCode = FAILED;
});

let isDone = false;
process.exitCode = FAILED;
process.once("beforeExit", () => {
  if (!isDone) process.stderr.write("ended without a result; nothing is known of what was done\n");
});

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const surroundings = surroundingsOf(process.env, homedir(), process.platform);
  const given = { stdin: () => process.stdin, surroundings };
  const { code, stdout, stderr } = await program(argv, given, packageVersion());
  isDone = true;
  process.exitCode = code;
  if (stderr !== "") process.stderr.write(stderr);
  if (stdout !== "") process.stdout.write(stdout);
}

void main();
