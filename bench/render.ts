import { ParsedFiles } from "../provider/io/parsed-files";
import { prepare } from "../provider/io/prepare";
import { COMPONENTS } from "../provider/core/spec/spec";
import { cpuMilliseconds, type Figure } from "./measure";

const RUNS = 21;
const ALL = { distribution: { version: "2.9.x" }, components: [...COMPONENTS] };
const SHARDED = {
  ...ALL,
  sharding: { shards: ["one", "two", "three"], storage: "persistent" },
  storage: { class: "standard", size: "10Gi" },
};

/** Rendering from the embedded release, in a process that has rendered before. */
export async function benchRender(): Promise<readonly Figure[]> {
  const files = new ParsedFiles();
  const render = (args: object) => () => prepare({ ...args }, { files, strict: true });
  await render(SHARDED)();
  const [all, sharded] = [
    await cpuMilliseconds(RUNS, render(ALL)),
    await cpuMilliseconds(RUNS, render(SHARDED)),
  ];
  return [
    { what: "render, 7 components, warm", value: `${all.toFixed(1)} ms CPU`, goal: "< 60 ms" },
    {
      what: "render, 7 components, 3 persistent shards, warm",
      value: `${sharded.toFixed(1)} ms CPU`,
      goal: "< 100 ms",
    },
  ];
}
