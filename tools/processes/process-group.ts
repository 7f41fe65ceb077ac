import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program to run, by a name that is unique in its group. */
export interface Command {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Added to PATH, HOME and TMPDIR; nothing else of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Processes with one data folder; all of it ends with `stop`, or with the end of this process. */
export interface ProcessGroup {
  readonly dataFolder: string;
  start(command: Command): void;
  isRunning(name: string): boolean;
  /** Kills one process and resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** Waits until the check succeeds; throws when a process of the group ends, or time is up. */
  waitFor(what: string, check: () => Promise<boolean>, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

interface Message {
  readonly ended: string;
  readonly reason: string;
}

/** Starts an empty group; `label` appears in the name of its data folder. */
export function startProcessGroup(label: string): ProcessGroup {
  // The real path, as macOS reaches its temporary folder through a link.
  const dataFolder = mkdtempSync(join(realpathSync(tmpdir()), `flux-instance-${label}-`));
  const reaper = fork(join(__dirname, "reaper.mjs"), [dataFolder], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // tsx, which may come by either, would only make the reaper start later.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const gone = new Promise<void>((resolve) =>
    reaper.once("exit", () => {
      resolve();
    }),
  );
  const running = new Set<string>();
  const endings = new Map<string, string>();
  let ended: readonly string[] = [];
  let stopping = false;
  reaper.on("message", (message: Message) => {
    running.delete(message.ended);
    endings.set(message.ended, message.reason);
    ended = [...ended, message.ended];
  });
  reaper.once("exit", () => {
    if (!stopping) killGroup(reaper.pid, dataFolder);
    for (const name of running) endings.set(name, "its reaper ended");
    running.clear();
  });
  // A program that forgets to stop the group can still end; the reaper then cleans up.
  reaper.unref();
  reaper.channel?.unref();
  const logFile = (name: string): string => join(dataFolder, `${name}.log`);

  return {
    dataFolder,
    start({ name, program, args, env: own = {} }) {
      endings.delete(name);
      running.add(name);
      const places = { PATH: process.env["PATH"] ?? "", HOME: dataFolder, TMPDIR: dataFolder };
      const env = { ...places, ...own };
      reaper.send({ start: { name, program, args, env, logFile: logFile(name) } });
    },
    isRunning: (name) => running.has(name),
    async kill(name) {
      if (!running.has(name)) return;
      const before = ended.length;
      reaper.send({ kill: name });
      // It may be started again before a look at `running` sees that it was gone.
      const isOver = () => Promise.resolve(ended.slice(before).includes(name));
      await poll(isOver, 10, `the end of ${name}`);
      endings.delete(name);
    },
    async waitFor(what, check, seconds) {
      await poll(
        async () => {
          const [ending] = endings;
          if (ending !== undefined) throw new Error(describeEnd(ending, logFile(ending[0])));
          return await check();
        },
        seconds,
        what,
      );
    },
    async stop() {
      stopping = true;
      reaper.ref();
      if (reaper.connected) reaper.send({ finish: true });
      await gone;
    },
  };
}

const pollEvery = 50;

async function poll(check: () => Promise<boolean>, seconds: number, what: string): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
  }
}

function describeEnd([name, reason]: readonly [string, string], logFile: string): string {
  return `${name} ended (${reason}). Its last words:\n${tail(logFile)}`;
}

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").trim().split("\n").slice(-8).join("\n");
  } catch {
    return "(no log)";
  }
}

/** Only for a reaper that was itself killed: its children share its process group. */
function killGroup(pid: number | undefined, dataFolder: string): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty already.
  }
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
}
