import assert from "node:assert/strict";
import { InvalidInput } from "../../../provider/core/problem";
import { ParsedFiles } from "../../../provider/io/parsed-files";
import { prepare } from "../../../provider/io/prepare";
import { goldenArgs, goldenExpected, goldenNames, toGolden } from "../../support/golden";
import { needsShared } from "../../support/shared";

describe("golden cases", function () {
  this.timeout(20_000);
  const files = new ParsedFiles();

  it("are there", function () {
    needsShared(this, "golden", "specs");
    assert.ok(goldenNames().length >= 114);
  });

  for (const name of goldenNames()) {
    const expected = goldenExpected(name);
    if ("error" in expected) {
      it(`${name} is refused`, async () => {
        await assert.rejects(prepare(goldenArgs(name), { files, strict: false }), InvalidInput);
      });
      continue;
    }
    it(`${name} renders as the reference`, async () => {
      const prepared = await prepare(goldenArgs(name), { files, strict: false });
      assert.ok(!("undecided" in prepared));
      const { rendered } = prepared;
      assert.equal(rendered.version, expected.version);
      assert.deepEqual(rendered.components, expected.images);
      assert.deepEqual(
        toGolden(rendered.objects.map(({ manifest }) => manifest)),
        expected.objects,
      );
    });
  }
});
