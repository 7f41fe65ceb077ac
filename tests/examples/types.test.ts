import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTypes, nodeEnvironment } from "../support/languages/node-packages";
import { copyExample } from "../support/stories";

const EXAMPLES = join(__dirname, "..", "..", "examples");

describe("the examples in TypeScript", function () {
  this.timeout(10 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-types-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("have the right types", async function () {
    const names = readdirSync(EXAMPLES).filter((name) => name.endsWith("-typescript"));
    const places = names.map((name) => copyExample(name, folder));
    const ready = await nodeEnvironment(folder, places);
    if ("missing" in ready) {
      console.log(`      skipped: ${ready.missing}`);
      this.skip();
    }
    await checkTypes(folder, places);
  });
});
