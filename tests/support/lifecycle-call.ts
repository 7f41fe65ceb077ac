import type { JsonObject } from "../../provider/core/manifest";
import type { Call, Known, Properties, State } from "../../provider/io/lifecycle/lifecycle";

/** A call of the engine that keeps what the user would read. */
export interface RecordedCall extends Call {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export function recordedCall(signal = new AbortController().signal): RecordedCall {
  const warnings: string[] = [];
  const infos: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  const info = (line: string): void => void infos.push(line);
  return { name: "flux", signal, warnings, infos, warn, info };
}

/** Inputs as the host gives them. */
export function propertiesOf(values: JsonObject, ...unknown: readonly string[]): Properties {
  return { values, unknown: new Set(unknown) };
}

/** What the engine knows of a resource after its last update. */
export function knownOf(state: State, inputs: JsonObject): Known {
  return { id: "flux", state, inputs: propertiesOf(inputs) };
}
