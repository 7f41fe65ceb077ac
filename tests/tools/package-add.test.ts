import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pluginName } from "../../tools/release/plugin";
import { thisPlatform } from "../../tools/sources/platform";
import { copyCheckout, makeRepository } from "../support/checkout";
import { startCluster, type Cluster } from "../support/cluster";
import { GIT_HOST, serveGit, type GitServer } from "../support/git/host";
import { pulumisOwn } from "../support/languages/plugins";
import { kubernetesPlugin } from "../support/plugins";
import { makeKeyPair } from "../support/registries/certificate";
import { source, useParts } from "../support/release";
import { UserProgram, type Shell } from "../support/user-program";
import { orSkip, requireTools } from "./require-tools";

const { root, version } = source;

const CONTROLLERS = ["helm", "kustomize", "notification", "source"];

describe("pulumi package add", function () {
  this.timeout(10 * 60_000);
  let cluster: Cluster | undefined;
  let shell: Shell | undefined;
  let git: GitServer | undefined;

  before(async function () {
    const { pulumi } = await requireTools(this, ["pulumi"]);
    if ((await pulumisOwn("typescript")) === undefined) {
      console.log(
        "      skipped: Pulumi's pulumi-language-nodejs is neither on PATH nor beside pulumi",
      );
      this.skip();
    }
    cluster = await startCluster(this);
    const { path: kubernetes } = await orSkip(this, kubernetesPlugin);
    shell = { pulumi, kubernetes, kubeconfigFile: cluster.kubeconfigFile };
  });
  const { folder, out, files } = useParts("plugin", "executable");
  after(async () => {
    await git?.stop();
    await cluster?.stop();
  });

  function program(name: string): UserProgram {
    assert.ok(shell !== undefined);
    return new UserProgram(join(folder, name), shell);
  }

  it("takes a fresh clone, which it builds", async () => {
    const user = program("clone");
    const checkout = join(folder, "clone", "checkout");
    copyCheckout(root, checkout);
    await user.run(["package", "add", "../checkout"]);
    assert.deepEqual(user.packages, { "flux-instance": "../checkout" });
    assert.equal(user.sdk, "file:sdks/flux-instance");
    assertNoDevelopment(checkout);
    await assertInstalls(user);
  });

  it("takes what Pulumi has installed from the tarball of a release", async () => {
    const user = program("tarball");
    const installed = await addInstalled(user, join(out, pluginName(version, thisPlatform())));
    assert.ok(!existsSync(join(installed, "node_modules")));
    await assertInstalls(user);
  });

  it("takes what Pulumi has installed from a release as one program", async function () {
    const [file = ""] = files(this, "executable");
    const user = program("executable");
    const installed = await addInstalled(user, file);
    assert.ok(!existsSync(join(installed, "dist")));
    await assertInstalls(user);
  });

  it("takes a tag of a Git repository, which it builds", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: Go takes certificates from a file (SSL_CERT_FILE) on Linux only");
      this.skip();
    }
    const user = program("git");
    const [clone, served] = [join(folder, "git", "clone"), join(folder, "git", "served")];
    copyCheckout(root, clone);
    mkdirSync(served);
    makeRepository(clone, join(served, "team", "flux-instance.git"), `v${version}`);
    const pair = makeKeyPair(this);
    const certificate = join(folder, "git", "certificate.pem");
    writeFileSync(certificate, pair.cert);
    git = await serveGit(this, served, pair);
    const place = `${GIT_HOST}/team/flux-instance.git@v${version}`;
    await user.run(["package", "add", `https://${place}`], {
      SSL_CERT_FILE: certificate,
      HTTPS_PROXY: git.proxy,
      // npm asks its registry as it does otherwise.
      npm_config_https_proxy: process.env["HTTPS_PROXY"] ?? process.env["https_proxy"] ?? "",
    });
    assert.deepEqual(user.packages, { "flux-instance": place });
    assert.equal(user.sdk, "file:sdks/team-flux-instance");
    const name = `resource-${GIT_HOST}_team_flux-instance.git-v${version}`;
    assertNoDevelopment(join(user.home, "plugins", name));
    await assertInstalls(user);
  });
});

/** Installs the plugin as a user does who has downloaded it; the folder that it is in then. */
async function addInstalled(user: UserProgram, file: string): Promise<string> {
  await user.run(["plugin", "install", "resource", "flux-instance", version, "--file", file]);
  const name = `flux-instance@${version}`;
  await user.run(["package", "add", name]);
  assert.deepEqual(user.packages, { "flux-instance": name });
  assert.equal(user.sdk, "file:sdks/flux-instance");
  return join(user.home, "plugins", `resource-flux-instance-v${version}`);
}

/**
 * A plugin that was built where it is has none of the packages that only the development of this project needs; and it runs
 * without the compiler that npm adds, because the SDK of Pulumi could use one.
 */
function assertNoDevelopment(plugin: string): void {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const development = Object.entries(lock.packages)
    .filter(([, { dev }]) => dev === true)
    .map(([path]) => path);
  assert.ok(development.length > 50);
  const there = development.filter((path) => existsSync(join(plugin, path)));
  assert.deepEqual(there, []);
  rmSync(join(plugin, "node_modules", "typescript"), { recursive: true, force: true });
}

/** The program runs with the SDK, and its preview shows the objects of Flux. */
async function assertInstalls(user: UserProgram): Promise<void> {
  const created = await user.preview();
  const deployments = created.filter((resource) => resource.includes("apps/v1:Deployment::"));
  assert.deepEqual(
    deployments.map((resource) => resource.split("::").at(-1)).sort(),
    CONTROLLERS.map((name) => `flux:${name}-controller`),
  );
  assert.ok(created.includes("flux-instance:index:FluxInstance::flux"), created.join("\n"));
}
