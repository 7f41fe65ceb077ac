import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Recorder } from "./engine";

/** Does something once, at the first event that it is meant for. */
export class Interruption extends Recorder {
  #done: Promise<void> | undefined;
  readonly #isMoment: (event: EngineEvent) => boolean;
  readonly #act: () => void | Promise<void>;

  constructor(isMoment: (event: EngineEvent) => boolean, act: () => void | Promise<void>) {
    super();
    this.#isMoment = isMoment;
    this.#act = act;
  }

  override readonly onEvent = (event: EngineEvent): void => {
    this.events.push(event);
    if (this.#done !== undefined || !this.#isMoment(event)) return;
    this.#done = Promise.resolve().then(this.#act);
    // Its failure is told by `done`.
    this.#done.catch(() => undefined);
  };

  /**
   * Waits until it is done.
   *
   * @throws Error where the moment has not come, or what it did has failed
   */
  async done(): Promise<void> {
    if (this.#done === undefined) throw new Error("the moment to interrupt has not come");
    await this.#done;
  }
}

/** The moment when the engine begins to delete a resource of a type. */
export function deletes(type: string): (event: EngineEvent) => boolean {
  return ({ resourcePreEvent }) =>
    resourcePreEvent?.metadata.op === "delete" && resourcePreEvent.metadata.type === type;
}
