import assert from "node:assert/strict";
import { readTar } from "../../../provider/core/oci/tar";
import { pax, tar, type Entry } from "../../support/registries/archive";

const read = (archive: Buffer) =>
  [...readTar("archive", archive)].map(([path, content]) => [path, content.toString("utf8")]);

const LONG = `${"long/".repeat(40)}name.yaml`;
const base256 = (size: number) => {
  const field = Buffer.alloc(12);
  field[0] = 0x80;
  field.writeUInt32BE(size, 8);
  return field;
};

const GOOD: readonly (readonly [string, readonly Entry[], readonly (readonly string[])[]])[] = [
  ["nothing", [], []],
  [
    "files",
    [{ name: "a/b", content: "1" }, { name: "c" }],
    [
      ["a/b", "1"],
      ["c", ""],
    ],
  ],
  [
    "the root as folder",
    [
      { name: ".", type: "5" },
      { name: "./a", content: "1" },
    ],
    [["a", "1"]],
  ],
  ["folders", [{ name: "a/", type: "5" }, { name: "b/" }], []],
  ["an old file type", [{ name: "a", type: "\0", content: "1" }], [["a", "1"]]],
  ["a file of full blocks", [{ name: "a", content: "x".repeat(1024) }], [["a", "x".repeat(1024)]]],
  ["a prefix", [{ prefix: "a/b", name: "c", content: "1" }], [["a/b/c", "1"]]],
  [
    "a long name of GNU tar",
    [{ name: "L", type: "L", content: `${LONG}\0` }, { name: "x" }],
    [[LONG, ""]],
  ],
  ["a long name of pax", [pax({ path: LONG }), { name: "x", content: "1" }], [[LONG, "1"]]],
  ["a size of pax", [pax({ size: "1" }), { name: "x", content: "1", size: 0 }], [["x", "1"]]],
  ["letters beyond ASCII", [pax({ path: "ä/字" }), { name: "x" }], [["ä/字", ""]]],
  ["a comment for all", [pax({ comment: "x" }, "g"), { name: "a" }], [["a", ""]]],
  ["a size as binary number", [{ name: "a", content: "1", sizeField: base256(1) }], [["a", "1"]]],
  ["dots in a name", [{ name: "a..b/...c" }], [["a..b/...c", ""]]],
];

const BAD: readonly (readonly [string, readonly Entry[], RegExp])[] = [
  ["a way out", [{ name: "../a" }], /"\.\.\/a", which leaves its root/],
  ["a way out in the middle", [{ name: "a/../../b" }], /leaves its root/],
  ["a way out as folder", [{ name: "a/..", type: "5" }], /leaves its root/],
  ["an absolute path", [{ name: "/etc/passwd" }], /leaves its root/],
  ["a drive", [{ name: "C:/a" }], /leaves its root/],
  ["a backslash", [{ name: "..\\a" }], /leaves its root/],
  ["a way out by prefix", [{ prefix: "..", name: "a" }], /leaves its root/],
  ["a way out by pax", [pax({ path: "../a" }), { name: "a" }], /leaves its root/],
  ["a way out by GNU name", [{ name: "L", type: "L", content: "../a\0" }, { name: "a" }], /leaves/],
  ["a NUL in a pax name", [pax({ path: "a\0b" }), { name: "a" }], /leaves its root/],
  ["a path for all", [pax({ path: "a" }, "g"), { name: "b" }], /path or size for all/],
  ["a symbolic link", [{ name: "a", type: "2", link: "/etc/passwd" }], /a symbolic link, "a"/],
  ["a hard link", [{ name: "a", type: "1", link: "b" }], /a hard link/],
  [
    "a long link",
    [
      { name: "K", type: "K", content: "x" },
      { name: "a", type: "2" },
    ],
    /symbolic/,
  ],
  ["a character device", [{ name: "a", type: "3" }], /a character device/],
  ["a block device", [{ name: "a", type: "4" }], /a block device/],
  ["a pipe", [{ name: "a", type: "6" }], /a named pipe/],
  ["a sparse file", [{ name: "a", type: "S" }], /a sparse file/],
  ["a sparse file of pax", [pax({ "GNU.sparse.major": "1" }), { name: "a" }], /a sparse file/],
  ["an unknown type", [{ name: "a", type: "Z" }], /unknown type "Z"/],
  ["a file twice", [{ name: "a" }, { name: "./a" }], /"a" twice/],
  ["a file without a name", [{ name: "." }], /without a name/],
  ["a wrong checksum", [{ name: "a", checksum: 1 }], /a wrong checksum/],
  ["a size beyond the end", [{ name: "a", content: "1", size: 10_000 }], /ends within "a"/],
  [
    "a size that is no number",
    [{ name: "a", sizeField: Buffer.from("99999999999\0") }],
    /no valid size/,
  ],
  ["a negative size", [{ name: "a", sizeField: Buffer.alloc(12, 0xff) }], /no valid size/],
  [
    "an enormous size",
    [{ name: "a", sizeField: Buffer.alloc(12, 0xff).fill(0x80, 0, 1) }],
    /no valid/,
  ],
  ["a pax size that is no number", [pax({ size: "-1" }), { name: "a" }], /no valid size/],
  ["a broken pax header", [{ name: "x", type: "x", content: "99 a=b\n" }], /not well-formed/],
  ["a pax header of length 0", [{ name: "x", type: "x", content: "0 a=b\n" }], /not well-formed/],
  ["a huge extended header", [{ name: "x", type: "L", content: "a".repeat(70_000) }], /too long/],
];

describe("a tar archive", () => {
  for (const [title, entries, expected] of GOOD) {
    it(`is read with ${title}`, () => {
      assert.deepEqual(read(tar(entries)), expected);
    });
  }

  for (const [title, entries, message] of BAD) {
    it(`is refused with ${title}`, () => {
      const good = { name: "good", content: "1" };
      assert.throws(() => read(tar([good, ...entries])), { code: "invalid-archive", message });
    });
  }

  it("is refused wherever it is cut off before its end mark", () => {
    const whole = tar([{ name: "a", content: "1" }]);
    for (const length of [0, 1, 511, 512, 513, 1000, 1024, 1100, 1535]) {
      assert.throws(
        () => read(whole.subarray(0, length)),
        { code: "invalid-archive" },
        `${length}`,
      );
    }
    assert.deepEqual(read(whole.subarray(0, 1536)), [["a", "1"]]);
  });

  it("is refused with too many entries", () => {
    const [block] = [tar([{ name: "a/", type: "5" }]).subarray(0, 512)];
    const many = Buffer.alloc(512 * 50_002);
    for (let index = 0; index <= 50_000; index += 1) block.copy(many, index * 512);
    assert.throws(() => read(many), /more than 50000 entries/);
  });
});
