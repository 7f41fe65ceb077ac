import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withSource } from "../../provider/cli/source";
import { UsageError, type Given } from "../../provider/cli/verb";
import { startFakeApiServer } from "../support/fake-api-server";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease } from "../support/registries/artifact";
import { startHostileRegistry } from "../support/registries/hostile";
import type { TestServer } from "../support/registries/server";
import { cli, manifest } from "./in-process";

const args = { distribution: { version: "2.x", artifact: "file:///mine" } };
const artifactWith = (option?: string) => withSource(args, option).args["distribution"];

describe("the distribution of a manifest", () => {
  it("is the one it names, where no option says otherwise", () => {
    assert.deepEqual(withSource(args, undefined), { args });
  });

  it("is that of the option", () => {
    assert.deepEqual(artifactWith("embedded"), { version: "2.x" });
    assert.deepEqual(artifactWith("/folder"), { version: "2.x", artifact: "file:///folder" });
    assert.deepEqual(artifactWith("file:///a"), { version: "2.x", artifact: "file:///a" });
    const here = pathToFileURL(process.cwd()).href;
    assert.deepEqual(artifactWith("a b"), { version: "2.x", artifact: `${here}/a%20b` });
  });

  for (const option of ["s3://example.com/a", "https://example.com", ""]) {
    it(`can't be "${option}"`, () => {
      assert.throws(() => withSource(args, option), UsageError);
    });
  }

  it("says nothing about the pull secret of another one", () => {
    const distribution = { ...args.distribution, artifactPullSecret: "regcred" };
    const { args: others } = withSource({ distribution }, "oci://mirror.example/a");
    assert.deepEqual(others["distribution"], {
      version: "2.x",
      artifact: "oci://mirror.example/a",
    });
  });

  it("leaves what is no object to the reading of the args", () => {
    assert.deepEqual(withSource({ distribution: 1 }, "embedded").args, { distribution: 1 });
    assert.deepEqual(withSource({}, "/folder").args, {});
  });

  describe("in a registry", () => {
    const LOGIN = Buffer.from("me:hunter2").toString("base64");
    const artifact = artifactOf(tarGzip(smallRelease("v2.9.8")));
    let registry: TestServer;
    beforeEach(async () => {
      registry = await startHostileRegistry(
        () => artifact,
        ({ authorization }, response) => {
          if (authorization === `Basic ${LOGIN}`) return false;
          response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
          return true;
        },
      );
    });
    afterEach(() => registry.stop());

    const asked: string[] = [];
    const read = (namespace: string, name: string) => {
      asked.push(`${namespace}/${name}`);
      const auths = { [registry.address]: { auth: LOGIN } };
      return Promise.resolve(JSON.stringify({ auths }));
    };
    const render = (option: readonly string[], more: Partial<Given>) => {
      const distribution = {
        version: "2.9.x",
        artifact: `oci://${registry.address}/a/b`,
        artifactPullSecret: "regcred",
      };
      const spec = { distribution, components: ["source-controller"] };
      return cli(["render", "-f", "-", "-o", "json", ...option], manifest(spec), more);
    };

    it("is pulled with the pull secret of the manifest", async () => {
      const { stdout, stderr } = await render([], { readPullSecret: read });
      assert.equal(stderr, "");
      assert.match(stdout, /^\{\s*"version": "v2\.9\.8"/);
      assert.deepEqual(asked.splice(0), ["flux-system/regcred"]);
    });

    it("tells why there is no pull secret where that is missing", async () => {
      const readPullSecret = () => Promise.reject(new Error("no cluster answers"));
      const { code, stderr } = await render([], { readPullSecret });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^spec\.distribution\.artifact: .* HTTP 401 .* shown no credentials, and the Secret flux-system\/regcred of distribution\.artifactPullSecret can't be read: no cluster answers; log in/,
      );
    });

    it("is pulled as Docker pulls, with a warning, where no cluster answers", async function () {
      this.timeout(120_000); // Of which a busy machine may need half to load the library for clusters.
      const cluster = await startFakeApiServer(() => "reset");
      await cluster.close();
      const folder = mkdtempSync(join(tmpdir(), "flux-instance-source-"));
      try {
        const [kubeconfig, dockerConfig] = [
          join(folder, "kubeconfig"),
          join(folder, "config.json"),
        ];
        writeFileSync(kubeconfig, cluster.kubeconfig);
        const auths = { [registry.address]: { auth: LOGIN } };
        writeFileSync(dockerConfig, JSON.stringify({ auths }));
        const surroundings = { dockerConfig, kubeconfigs: [kubeconfig] };
        const { code, stdout, stderr } = await render([], { surroundings });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^\{\s*"version": "v2\.9\.8"/);
        assert.match(
          stderr,
          /^warning: the Secret flux-system\/regcred of distribution\.artifactPullSecret can't be read: .*ECONNREFUSED.*; the credentials that Docker knows take its place\n$/,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("is not asked for where the option names another", async () => {
      const { stdout, stderr } = await render(["--distribution", "embedded"], {
        readPullSecret: read,
      });
      assert.equal(stderr, "");
      assert.match(stdout, /^\{\s*"version": "v2\.9\.4"/);
      assert.deepEqual([asked, registry.seen], [[], []]);
    });
  });
});
