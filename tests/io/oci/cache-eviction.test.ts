import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, hexOf } from "../../../provider/core/oci/digest";
import { ArtifactCache } from "../../../provider/io/oci/cache";
import { markUsed, tidy } from "../../../provider/io/oci/cache-eviction";
import { tarGzip } from "../../support/registries/archive";
import { artifactOf, smallRelease } from "../../support/registries/artifact";
import { startHostileRegistry } from "../../support/registries/hostile";

const MIB = 1024 * 1024;

describe("the bounds of the cache", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-eviction-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const fileOf = (kind: string, name: string) => join(folder, kind, name);
  const age = (file: string, days: number) => {
    const seconds = Date.now() / 1000 - days * 24 * 60 * 60;
    utimesSync(file, seconds, seconds);
  };
  /** A file of that size, which takes no room on the disk, used last so many days ago. */
  const write = (kind: string, name: string, mebibytes: number, days: number) => {
    mkdirSync(join(folder, kind), { recursive: true });
    writeFileSync(fileOf(kind, name), "");
    truncateSync(fileOf(kind, name), mebibytes * MIB);
    age(fileOf(kind, name), days);
  };
  const left = (kind: string) => readdirSync(join(folder, kind)).sort();
  const ageOf = (file: string) => (Date.now() - statSync(file).mtimeMs) / (24 * 60 * 60 * 1000);

  it("keep what was used in the last 90 days", async () => {
    write("sha256", "older", 1, 91);
    write("sha256", "younger", 1, 89);
    write("listing-1", "older", 1, 91);
    await tidy(folder);
    assert.deepEqual([left("sha256"), left("listing-1")], [["younger"], []]);
  });

  it("keep 512 MiB over all kinds, the least recently used goes first", async () => {
    write("sha256", "first", 200, 5);
    write("sha256", "second", 200, 3);
    write("sha256", "fourth", 1, 20);
    write("images-1", "third", 200, 10);
    await tidy(folder);
    assert.deepEqual([left("sha256"), left("images-1")], [["first", "second"], []]);
  });

  it("keep what was used lately, however much it is", async () => {
    for (const name of ["a", "b", "c"]) write("sha256", name, 300, 1.9);
    write("sha256", "old", 1, 3);
    await tidy(folder);
    assert.deepEqual(left("sha256"), ["a", "b", "c"]);
  });

  it("do not count what is being written", async () => {
    write("unfinished", "now", 600, 0);
    write("unfinished", "left", 1, 0.1);
    write("sha256", "a", 1, 3);
    await tidy(folder);
    assert.deepEqual([left("unfinished"), left("sha256")], [["now"], ["a"]]);
  });

  it("are kept at the first write, and a use counts once a day", async () => {
    const cache = new ArtifactCache(folder, (line) => assert.fail(line));
    const used = Buffer.from("used");
    await cache.keepContent(digestOf(used), used);
    const record = cache.recordFile("kind", "name")!;
    await cache.keepRecord(record, { a: 1 });
    const content = fileOf("sha256", hexOf(digestOf(used)));
    for (const file of [content, record]) age(file, 0.5);
    await cache.content(digestOf(used));
    await cache.record(record);
    for (const file of [content, record]) assert.ok(ageOf(file) > 0.4);

    for (const file of [content, record]) age(file, 100);
    write("sha256", "unused", 1, 100);
    const other = new ArtifactCache(folder, (line) => assert.fail(line));
    assert.deepEqual(await other.content(digestOf(used)), used);
    assert.deepEqual(await other.record(record), { a: 1 });
    for (const file of [content, record]) assert.ok(ageOf(file) < 0.1);
    await other.keepContent(digestOf(Buffer.from("new")), Buffer.from("new"));
    assert.deepEqual(await other.content(digestOf(used)), used);
    assert.ok(!existsSync(fileOf("sha256", "unused")));
  });

  it("are no error where a file or the folder vanishes", async () => {
    await markUsed(fileOf("sha256", "gone"));
    mkdirSync(join(folder, "sha256", "a folder"), { recursive: true });
    await Promise.all([tidy(folder), tidy(folder)]);
    assert.deepEqual(left("sha256"), ["a folder"]);
  });

  it("are kept by processes at once, each of which reads what it needs", async () => {
    const [first, second] = ["a", "b"].map((mark) =>
      artifactOf(tarGzip(smallRelease("v2.9.9", mark))),
    );
    const servers = await Promise.all(
      [first, second].map((artifact) => startHostileRegistry(() => artifact!)),
    );
    const script = join(__dirname, "..", "..", "support", "registries", "read-artifact.ts");
    const read = (index: number) =>
      new Promise<string>((resolve, reject) => {
        const reference = `oci://${servers[index]!.address}/a/b:v1`;
        const args = ["--import", "tsx", script, reference, folder, "v2.9.9"];
        execFile(process.execPath, args, (error, output, errors) => {
          if (error === null) resolve(output + errors);
          else reject(new Error(errors, { cause: error }));
        });
      });
    try {
      await read(0);
      const kinds = readdirSync(folder).filter((kind) => kind !== "unfinished");
      for (const kind of kinds) for (const name of left(kind)) age(fileOf(kind, name), 100);
      for (let index = 0; index < 50; index += 1) write("sha256", `old-${index}`, 20, 95);
      // One reads what is old, while two others write, and so make room.
      const outputs = await Promise.all([read(0), read(1), read(1)]);
      const expected = [first, second, second].map((artifact) => `${artifact!.digest}\n`);
      assert.deepEqual(outputs, expected);
      assert.deepEqual(
        left("sha256").filter((name) => name.startsWith("old")),
        [],
      );
      assert.equal(await read(0), expected[0]);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  }).timeout(30_000);
});
