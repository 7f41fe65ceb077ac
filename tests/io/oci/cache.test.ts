import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, hexOf } from "../../../provider/core/oci/digest";
import { ArtifactCache } from "../../../provider/io/oci/cache";

const CONTENT = Buffer.from("hello");
const DIGEST = digestOf(CONTENT);

describe("the cache of artifacts", () => {
  let folder = "";
  let warnings: string[] = [];
  let cache: ArtifactCache;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "flux-instance-cache-"));
    warnings = [];
    cache = new ArtifactCache(join(folder, "a"), (line) => warnings.push(line));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const contentFile = () => join(folder, "a", "sha256", hexOf(DIGEST));

  it("keeps content, for this user alone", async () => {
    assert.equal(await cache.content(DIGEST), undefined);
    await cache.keepContent(DIGEST, CONTENT);
    assert.deepEqual(await cache.content(DIGEST), CONTENT);
    assert.deepEqual(readdirSync(join(folder, "a", "unfinished")), []);
    if (process.platform !== "win32") assert.equal(statSync(join(folder, "a")).mode & 0o077, 0);
  });

  for (const [title, bytes] of [
    ["changed", "other"],
    ["cut off", "hel"],
    ["empty", ""],
  ] as const) {
    it(`removes content that is ${title}`, async () => {
      await cache.keepContent(DIGEST, CONTENT);
      writeFileSync(contentFile(), bytes);
      assert.equal(await cache.content(DIGEST), undefined);
      assert.ok(!existsSync(contentFile()));
      assert.deepEqual(warnings, []);
    });
  }

  it("keeps records, and removes those that are not whole", async () => {
    const file = cache.recordFile("kind", "name")!;
    assert.equal(await cache.record(file), undefined);
    await cache.keepRecord(file, { a: 1 });
    assert.deepEqual(await cache.record(file), { a: 1 });
    const whole = readFileSync(file, "utf8");
    for (const broken of [whole.replace("1", "2"), whole.slice(0, -1), "", "no line"]) {
      writeFileSync(file, broken);
      assert.equal(await cache.record(file), undefined, broken);
      assert.ok(!existsSync(file));
    }
  });

  it("takes no name that leaves its folder", () => {
    assert.throws(() => cache.recordFile("kind", "../x"));
    assert.throws(() => cache.recordFile("kind", ""));
  });

  it("sweeps what killed processes left, but not what others write now", async () => {
    const unfinished = join(folder, "a", "unfinished");
    mkdirSync(unfinished, { recursive: true });
    for (const name of ["old", "new"]) writeFileSync(join(unfinished, name), "x");
    utimesSync(join(unfinished, "old"), 0, 0);
    await cache.keepContent(DIGEST, CONTENT);
    assert.deepEqual(readdirSync(unfinished), ["new"]);
  });

  it("does without a folder, and warns once about one that can't be written", async () => {
    const none = new ArtifactCache(undefined, (line) => assert.fail(line));
    await none.keepContent(DIGEST, CONTENT);
    assert.equal(await none.content(DIGEST), undefined);
    assert.equal(none.recordFile("kind", "name"), undefined);

    writeFileSync(join(folder, "a"), "a file, no folder");
    await cache.keepContent(DIGEST, CONTENT);
    await cache.keepContent(DIGEST, CONTENT);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Artifacts are not cached in .*a: /);
  });
});
