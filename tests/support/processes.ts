import { execFileSync } from "node:child_process";

/** A running process. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of this machine, by the POSIX `ps`. */
export function processes(): readonly Process[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

export function isRunning(pid: number): boolean {
  return processes().some((running) => running.pid === pid);
}

/** The Pulumi engine that this process has started from the given folder. */
export function engineIn(folder: string): Process {
  const found = processes().find(
    ({ parent, command }) => parent === process.pid && command.startsWith(folder),
  );
  if (found === undefined) throw new Error(`no pulumi of ${folder} is running`);
  return found;
}

/** The processes that the given one has started, and those that they have started. */
export function descendantsOf({ pid }: Process): readonly Process[] {
  const all = processes();
  const childrenOf = (parent: number): readonly Process[] =>
    all
      .filter((running) => running.parent === parent)
      .flatMap((child) => [child, ...childrenOf(child.pid)]);
  return childrenOf(pid);
}

/** Ends a process at once; one that has ended needs nothing. */
export function kill({ pid }: Process): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** This project's plugin as the given engine has started it. */
export function pluginOf(engine: Process): Process {
  const found = processes().find(
    ({ parent, command }) => parent === engine.pid && command.includes("dist/main.js"),
  );
  if (found === undefined) throw new Error("the engine has not started the plugin");
  return found;
}
