import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { filesIn } from "../../tools/sdk/generate";
import { run } from "../../tools/sources/command";
import { pulumisOwn } from "../support/languages/plugins";
import { orSkip, requireTools } from "./require-tools";

const ROOT = join(__dirname, "..", "..");

/** What building an SDK leaves in its folder. */
const BUILT = ["node_modules", "bin", "build", "target"];

describe("pulumi package gen-sdk", function () {
  this.timeout(60_000);
  let folder = "";
  let pulumi: string;

  before(async function () {
    ({ pulumi } = await requireTools(this, ["pulumi"]));
    folder = mkdtempSync(join(tmpdir(), "flux-instance-gen-sdk-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const language of ["nodejs", "python", "go", "java"] as const) {
    it(`writes the same SDK for ${language}, byte for byte`, async function () {
      const own = language === "nodejs" ? "typescript" : language;
      const host = await orSkip(this, () => pulumisOwn(own));
      if (host === undefined) {
        console.log(`      skipped: pulumi-language-${language} is not here`);
        this.skip();
      }
      const PATH = [dirname(host), process.env["PATH"]].join(delimiter);
      const env = { PATH, PULUMI_HOME: folder, PULUMI_SKIP_UPDATE_CHECK: "true" };
      const schema = join(ROOT, "schema.json");
      const args = ["package", "gen-sdk", schema, "--language", language, "--out", folder];
      const { code, output } = await run(pulumi, args, { env });
      assert.equal(code, 0, output);
      assert.deepEqual(filesIn(join(folder, language)), ours(language));
    });
  }
});

/** The committed SDK, without what tools/sdk/maven.ts adds: Pulumi's generator knows Gradle only. */
function ours(language: string): ReadonlyMap<string, string> {
  const files = [...filesIn(join(ROOT, "sdk", language), BUILT)];
  return new Map(files.filter(([path]) => !/^(?:pom\.xml$|src\/main\/resources\/)/.test(path)));
}
