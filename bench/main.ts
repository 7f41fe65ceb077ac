import { exitWith } from "../tools/exit";
import { benchCli } from "./cli";
import { benchDestroy } from "./destroy";
import { benchEngine } from "./engine";
import { printFigures, type Figure } from "./measure";
import { benchReference } from "./reference";
import { benchRender } from "./render";
import { benchStart } from "./start";

/** What can be measured, in the order it is. */
const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  render: benchRender,
  cli: benchCli,
  start: benchStart,
  engine: benchEngine,
  destroy: benchDestroy,
  reference: benchReference,
};

async function main(names: readonly string[]): Promise<void> {
  const chosen = names.length === 0 ? Object.keys(BENCHES) : names;
  const figures: Figure[] = [];
  for (const name of chosen) {
    const bench = BENCHES[name];
    if (bench === undefined)
      throw new Error(`no bench ${name}; there are ${Object.keys(BENCHES).join(", ")}`);
    console.error(`measuring ${name} …`);
    figures.push(...(await bench()));
  }
  console.log(printFigures(figures));
}

exitWith(main(process.argv.slice(2)));
