import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LANGUAGES, writeProgram, type Language } from "../../../provider/cli/convert";
import type { Schema } from "../../../provider/cli/convert/schema";
import type { JsonObject } from "../../../provider/core/manifest";
import { goldenArgs, goldenExpected, goldenNames } from "../../support/golden";
import { nastyText } from "../nasty";

export const schema = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "..", "schema.json"), "utf8"),
) as Schema;

/** Args that become a program, and must come out of it as they are. */
export interface Case {
  readonly name: string;
  readonly args: JsonObject;
}

/** The args of every golden case that is not refused; none where the reference data is not there. */
export const golden: readonly Case[] = goldenNames()
  .filter((name) => !("error" in goldenExpected(name)))
  .map((name) => ({ name, args: goldenArgs(name) }));

const SEED = 20261120;

const nastyArgs = fc.record({
  namespace: nastyText,
  distribution: fc.record({ version: nastyText, imagePullSecret: nastyText }),
  components: fc.subarray(["source-controller", "source-watcher"]),
  cluster: fc.record({ type: fc.constantFrom("openshift", "aws"), networkPolicy: fc.boolean() }),
  commonMetadata: fc.record({
    labels: fc.dictionary(nastyText, nastyText, { maxKeys: 3, noNullPrototype: true }),
    annotations: fc.constant({}),
  }),
  storage: fc.record({ class: nastyText, size: fc.constant("10Gi") }),
  sharding: fc.record({ shards: fc.array(nastyText, { maxLength: 3 }) }),
  kustomize: fc.record({
    patches: fc.array(
      fc.oneof(
        fc.record({ patch: nastyText, target: fc.record({ labelSelector: nastyText }) }),
        fc.record({ patch: nastyText }),
      ),
      { maxLength: 4 },
    ),
  }),
});

/** Args full of texts made to hurt; the same in every run. */
export const nasty: readonly Case[] = fc
  .sample(nastyArgs, { seed: SEED, numRuns: 200 })
  .map((args, index) => ({ name: `nasty ${index}`, args }));

export const cases: readonly Case[] = [...golden, ...nasty];

export function programOf({ args }: Case, language: Language): string {
  assert.ok(LANGUAGES.includes(language));
  return writeProgram(args, language, schema);
}

/** Compares plain data, whatever realm or prototype it has. */
export function assertSame(actual: unknown, { name, args }: Case): void {
  assert.equal(JSON.stringify(actual, undefined, 1), JSON.stringify(args, undefined, 1), name);
}
