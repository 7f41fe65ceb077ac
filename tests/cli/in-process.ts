import { program, type Result } from "../../provider/cli/program";
import type { Given } from "../../provider/cli/verb";

/** A manifest as kubectl takes it. */
export function manifest(spec: object, metadata: object = { name: "flux" }): string {
  return JSON.stringify({
    apiVersion: "fluxcd.controlplane.io/v1",
    kind: "FluxInstance",
    metadata,
    spec,
  });
}

export const MINIMAL = { distribution: { version: "2.9.x" } };

/** Runs the program in this process, with a text or bytes as standard input. */
export function cli(
  args: readonly string[],
  input: string | Uint8Array = "",
  more: Partial<Given> = {},
): Promise<Result> {
  const stdin = async function* () {
    yield await Promise.resolve(typeof input === "string" ? Buffer.from(input) : input);
  };
  return program(args, { stdin, surroundings: {}, ...more }, "1.2.3");
}
