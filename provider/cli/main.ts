#!/usr/bin/env node
import { homedir } from "node:os";
import { surroundingsOf } from "../io/oci/access";
import { packageVersion } from "../package";
import { program } from "./program";

/** A reader that has seen enough (`| head`) is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const surroundings = surroundingsOf(process.env, homedir(), process.platform);
  const given = { stdin: () => process.stdin, surroundings };
  const { code, stdout, stderr } = await program(argv, given, packageVersion());
  process.exitCode = code;
  if (stderr !== "") process.stderr.write(stderr);
  if (stdout !== "") process.stdout.write(stdout);
}

void main();
