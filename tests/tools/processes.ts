import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The command lines of all processes that mention the folder. */
export function processesOf(folder: string): readonly string[] {
  const output = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" });
  return output.split("\n").filter((line) => line.includes(folder));
}

/** Waits until no process and no file of the folder is left; returns what is left at the end. */
export async function leftOvers(folder: string, seconds: number): Promise<readonly string[]> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const left = [...processesOf(folder), ...(existsSync(folder) ? [folder] : [])];
    if (left.length === 0 || Date.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
