import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { cli, manifest, MINIMAL } from "./in-process";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";
import { useReleases } from "../support/releases";

const SYNC = {
  kind: "GitRepository",
  url: "https://example.com/a",
  ref: "refs/heads/main",
  path: "./",
};

async function rendered(args: object) {
  const prepared = await prepare({ ...args }, { files: new ParsedFiles(), strict: false });
  assert.ok(!("undecided" in prepared));
  return prepared.rendered;
}

describe("flux-instance render", () => {
  const releases = useReleases("v2.6.4", "v2.7.4", "v2.7.5");

  it("prints the objects in apply order as YAML documents", async () => {
    const spec = { ...MINIMAL, sync: SYNC };
    const metadata = { name: "flux", namespace: "gitops" };
    const { stdout } = await cli(["render", "-f", "-"], manifest(spec, metadata));
    const { objects } = await rendered({ ...spec, namespace: "gitops" });
    const documents = parseAllDocuments(stdout).map((document) => document.toJS() as unknown);
    assert.ok(stdout.startsWith("---\n"));
    assert.deepEqual(
      documents,
      objects.map((object) => object.manifest),
    );
  });

  it("prints version, revision, components and objects as JSON", async () => {
    const { stdout } = await cli(["render", "-f", "-", "--output", "json"], manifest(MINIMAL));
    const { version, revision, components, objects } = await rendered(MINIMAL);
    assert.deepEqual(JSON.parse(stdout), {
      version,
      revision,
      components,
      objects: objects.map((object) => object.manifest),
    });
    assert.deepEqual(Object.keys(components[0] ?? {}), ["name", "repository", "tag", "digest"]);
  });

  it("prints the same every time", async () => {
    const [first, second] = await Promise.all([
      cli(["render", "-f", "-"], manifest(MINIMAL)),
      cli(["render", "-f", "-"], manifest(MINIMAL)),
    ]);
    assert.equal(first.stdout, second.stdout);
  });

  it("warns on standard error of what the reference renders though it can't work", async () => {
    const spec = { ...MINIMAL, components: ["source-controller"], sync: SYNC };
    const { code, stdout, stderr } = await cli(["render", "-f", "-"], manifest(spec));
    assert.equal(code, 0);
    assert.match(stderr, /^warning: sync\.kind: nothing would sync without kustomize-controller/);
    assert.doesNotMatch(stdout, /warning/);
  });

  it("takes the releases of a folder", async () => {
    const { folder, artifact } = releases;
    const spec = { distribution: { version: "2.7.x" } };
    const args = ["render", "-f", "-", "-o", "json"];
    const option = await cli([...args, "--distribution", folder], manifest(spec));
    const named = manifest({ distribution: { ...spec.distribution, artifact } });
    assert.match(option.stdout, /^\{\n {2}"version": "v2\.7\.5"/);
    assert.equal((await cli(args, named)).stdout, option.stdout);
    const embedded = await cli([...args, "--distribution", "embedded"], named);
    assert.match(embedded.stderr, /no Flux version matches "2\.7\.x"/);
  }).timeout(20_000);
});
