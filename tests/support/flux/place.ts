import type { ProcessGroup } from "../../../tools/processes/process-group";
import type { ReadyPod } from "./pods";

/** How long a process that ended by itself stays away. */
const CRASH_PAUSE_MS = 1_000;

/** The place of one controller's process, which stands for one pod at a time. */
export class Place {
  readonly #name: string;
  readonly #group: ProcessGroup;
  readonly #run: (args: readonly string[]) => void;
  #pod: string | undefined;
  #startedAt = 0;
  #isEnding = false;

  constructor(name: string, group: ProcessGroup, run: (args: readonly string[]) => void) {
    this.#name = name;
    this.#group = group;
    this.#run = run;
  }

  settle(pods: readonly ReadyPod[]): void {
    if (this.#isEnding) return;
    const own = pods.filter(({ app }) => app === this.#name);
    const current = own.find(({ uid }) => uid === this.#pod);
    if (this.#pod !== undefined && current === undefined) this.#end();
    else this.#ensure(current ?? own[0]);
  }

  #end(): void {
    this.#isEnding = true;
    this.#pod = undefined;
    // kwok lets go of a pod at once, and so must its process: a polite end could take it some seconds.
    void this.#group.kill(this.#name).finally(() => {
      this.#isEnding = false;
    });
  }

  #ensure(pod: ReadyPod | undefined): void {
    if (pod === undefined || this.#group.isRunning(this.#name)) return;
    if (pod.uid === this.#pod && Date.now() - this.#startedAt < CRASH_PAUSE_MS) return;
    this.#pod = pod.uid;
    this.#startedAt = Date.now();
    this.#run(pod.args);
  }
}
