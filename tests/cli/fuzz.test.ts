import assert from "node:assert/strict";
import fc from "fast-check";
import { cli, manifest } from "./in-process";
import { nastyText } from "./nasty";

const VALID = {
  distribution: { version: "2.9.x", registry: "ghcr.io/fluxcd", variant: "upstream-alpine" },
  components: ["source-controller", "kustomize-controller"],
  cluster: { type: "openshift", size: "small", multitenant: true, domain: "cluster.local" },
  commonMetadata: { labels: { a: "b" }, annotations: { c: "d" } },
  storage: { class: "standard", size: "10Gi" },
  sharding: { key: "sharding.fluxcd.io/key", shards: ["a", "b"], storage: "ephemeral" },
  kustomize: {
    patches: [
      { patch: "- { op: test, path: /kind, value: Service }", target: { kind: "Service" } },
    ],
  },
  sync: { kind: "Bucket", url: "https://example.com", ref: "a", path: "./", interval: "1m" },
  migrateResources: true,
  wait: true,
};

/** Where a value of the spec can be put: every path to an object, list or scalar. */
function pathsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...entries.flatMap(([key, entry]) => pathsIn(entry, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const entries = Object.entries(value as object).map(([name, entry]): [string, unknown] => [
    name,
    name === key ? replaced(entry, rest, put) : entry,
  ]);
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  nastyText,
  fc.constantFrom("\0opaque:wait\0", "\ud800", "file:///", "oci://a", "file://host/a", 1e308),
  fc.dictionary(fc.constantFrom("__proto__", "constructor", "toString", "name"), fc.jsonValue(), {
    noNullPrototype: true,
  }),
);

const VERBS = [
  ["render", "-f", "-"],
  ["render", "-f", "-", "-o", "json"],
  ["convert", "-f", "-", "--to", "go"],
  ["convert", "-f", "-", "--to", "python"],
];

/** The program ends by its own rules, and leaves prototypes alone. */
async function check(args: readonly string[], input: string): Promise<void> {
  const prototype = Object.getOwnPropertyNames(Object.prototype).length;
  const { code, stdout, stderr } = await cli(args, input);
  assert.ok(code === 0 || code === 1, stderr);
  assert.equal(stdout === "", code === 1);
  if (code === 1) assert.match(stderr, /^(?:\S[^\n]*\n)+$/);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, prototype);
}

describe("whatever comes in", function () {
  this.timeout(30_000);

  it("a spec with nothing out of place is rendered", async () => {
    for (const args of VERBS) assert.equal((await cli(args, manifest(VALID))).code, 0);
  });

  it("a spec with anything in any place is rendered, converted or refused", async () => {
    const paths = pathsIn(VALID);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...VERBS),
        fc.array(fc.tuple(fc.constantFrom(...paths), junk), { minLength: 1, maxLength: 2 }),
        async (args, changes) => {
          const [first] = changes;
          const others = changes.slice(1).filter(([path]) => !overlaps(path, first?.[0] ?? []));
          const spec = [first, ...others].reduce<unknown>(
            (value, change) => (change === undefined ? value : replaced(value, ...change)),
            VALID,
          );
          await check(args, manifest(spec as object));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a text of any kind is refused", async () => {
    const lines = fc.array(
      fc.constantFrom(
        ...[
          "kind: FluxInstance",
          "apiVersion: fluxcd.controlplane.io/v1",
          "spec: &a",
          "---",
          "...",
        ],
        ...["  distribution:", "    version: 2.x", "  b: *a", "  <<: *a", "  - c", "\t- d", "? e"],
        ...[
          '"f',
          "{",
          "[",
          "}",
          "|",
          ">2",
          "!!g h",
          "%YAML 1.1",
          "# i",
          "metadata: {__proto__: j}",
        ],
      ),
      { maxLength: 12 },
    );
    const text = fc.oneof(
      lines.map((parts) => parts.join("\n")),
      nastyText,
    );
    await fc.assert(
      fc.asyncProperty(text, (input) => check(["render", "-f", "-"], input)),
      { numRuns: 500 },
    );
  });
});

function overlaps(left: readonly string[], right: readonly string[]): boolean {
  const length = Math.min(left.length, right.length);
  return left.slice(0, length).join("\0") === right.slice(0, length).join("\0");
}
