import assert from "node:assert/strict";
import { isObject } from "../../../provider/core/manifest";
import { definitionOf, FLUX_KINDS } from "../../../provider/core/lifecycle/kinds";
import { COMPONENTS } from "../../../provider/core/spec/spec";
import { ParsedFiles } from "../../../provider/io/parsed-files";
import { prepare } from "../../../provider/io/prepare";

describe("the kinds of the controllers", () => {
  it("are the 15 kinds of Flux", () => {
    assert.equal(Object.values(FLUX_KINDS).flat().length, 15);
  });

  it("are those that the newest release defines, with the same words", async () => {
    const args = {
      distribution: { version: "2.x", registry: "ghcr.io/fluxcd" },
      components: COMPONENTS,
    };
    const prepared = await prepare(args, { files: new ParsedFiles(), strict: false });
    assert.ok(!("undecided" in prepared));
    const defined = prepared.rendered.objects
      .map(({ manifest }) => manifest)
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(({ metadata, spec }) => {
        const names = isObject(spec) && isObject(spec["names"]) ? spec["names"] : {};
        return `${metadata.name} ${JSON.stringify(names["kind"])}`;
      });
    const known = Object.values(FLUX_KINDS)
      .flat()
      .map((kind) => `${definitionOf(kind)} ${JSON.stringify(kind.kind)}`);
    assert.deepEqual(known.toSorted(), defined.toSorted());
  });
});
