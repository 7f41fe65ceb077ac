import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { KUBERNETES_VERSION } from "../../provider/resources/children";
import { findKubernetesPlugin } from "../../tools/kubernetes-plugin";
import { pluginVersion } from "../../tools/processes/plugin-version";
import { kubernetesPlugin } from "../support/plugins";
import { orSkip } from "./require-tools";

const PROGRAM = "pulumi-resource-kubernetes";

describe("the Kubernetes plugin", function () {
  this.timeout(60_000);
  const environment = { ...process.env };
  let folder = "";
  let found: { readonly path: string; readonly version: string };

  before(async function () {
    found = await orSkip(this, kubernetesPlugin);
    folder = mkdtempSync(join(tmpdir(), "flux-instance-plugin-"));
  });
  afterEach(() => {
    for (const name of ["PULUMI_HOME", "PATH"]) {
      const value = environment[name];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Installs the plugin that was found into a folder. */
  const install = (...path: readonly string[]): string => {
    const place = join(folder, ...path);
    mkdirSync(place, { recursive: true });
    symlinkSync(join(found.path, PROGRAM), join(place, PROGRAM));
    return place;
  };

  it("on PATH is used in any version, and says which it is", async () => {
    process.env["PULUMI_HOME"] = join(folder, "empty");
    const path = install("bin");
    process.env["PATH"] = [path, process.env["PATH"]].join(delimiter);
    assert.deepEqual(await findKubernetesPlugin(), { path, version: found.version });
  });

  it("in Pulumi's own folder comes first", async () => {
    const home = join(folder, "home");
    process.env["PULUMI_HOME"] = home;
    process.env["PATH"] = [install("other"), process.env["PATH"]].join(delimiter);
    const path = install("home", "plugins", `resource-kubernetes-v${KUBERNETES_VERSION}`);
    assert.deepEqual(await findKubernetesPlugin(), { path, version: found.version });
  });

  it("has a version that Pulumi knows, which another program has not", async () => {
    assert.match(found.version, /^4\.\d+\.\d+$/);
    await assert.rejects(pluginVersion(process.execPath), /does not answer as a plugin of Pulumi/);
  });
});
