import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unpack } from "../../../provider/core/oci/unpack";
import { tar, tarGzip } from "../../support/registries/archive";

const ENTRIES = [{ name: "a", content: "1" }];

describe("unpacking", () => {
  it("reads an archive with gzip and without", () => {
    assert.equal(unpack("x", tarGzip(ENTRIES)).get("a")?.toString(), "1");
    assert.equal(unpack("x", tar(ENTRIES)).get("a")?.toString(), "1");
  });

  const bomb = gzipSync(Buffer.alloc(101 * 1024 * 1024), { level: 1 });
  const bad: readonly (readonly [string, Buffer, string, RegExp])[] = [
    ["a bomb", bomb, "too-large", /larger than 100 MiB when unpacked/],
    ["half a gzip", tarGzip(ENTRIES).subarray(0, 60), "invalid-archive", /no whole gzip/],
    ["a gzip of something else", gzipSync("hello"), "invalid-archive", /ends before its end mark/],
    ["a text", Buffer.from("x".repeat(600)), "invalid-archive", /a wrong checksum/],
    ["nothing", Buffer.alloc(0), "invalid-archive", /ends before its end mark/],
  ];
  for (const [title, content, code, message] of bad) {
    it(`refuses ${title}`, () => {
      assert.throws(() => unpack("x", content), { code, message });
    });
  }

  it("refuses a gzip with a changed byte", () => {
    const content = tarGzip([{ name: "a", content: "1".repeat(5000) }]);
    const at = content.length - 6;
    content[at] = (content[at] ?? 0) ^ 1;
    assert.throws(() => unpack("x", content), { code: "invalid-archive" });
  });

  for (const format of ["gnu", "pax", "ustar"]) {
    it(`reads what the tar program writes as ${format}`, function () {
      const folder = mkdtempSync(join(tmpdir(), "flux-instance-tar-"));
      try {
        const long = join("a".repeat(60), "b".repeat(60));
        mkdirSync(join(folder, long), { recursive: true });
        writeFileSync(join(folder, long, "c.yaml"), "1");
        const args = [`--format=${format}`, "-czf", "-", "-C", folder, "."];
        const files = unpack("x", execFileSync("tar", args));
        assert.deepEqual([...files.keys()], [`${long}/c.yaml`.replaceAll("\\", "/")]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
