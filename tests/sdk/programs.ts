import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { startCluster, type Cluster } from "../support/cluster";
import { stateFiles, type Project } from "../support/engine";
import type { Environment } from "../support/languages/packages";
import { languagePlugin, type Language } from "../support/languages/plugins";
import { operate, resourcesOf, succeed } from "../support/operation";
import { requireProject } from "../support/project";
import { orSkip } from "../tools/require-tools";
import { assertOneProvider, assertOutputs, assertRefused, SECRET } from "./expected";

/** Copies a folder with a program, without what building it leaves there. */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "flux-instance-program-"));
  cpSync(folder, copy, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|target|sdks|__pycache__)$/.test(path),
  });
  return copy;
}

/**
 * Describes the SDK of a language by the programs in the folder `tests/sdk/LANGUAGE`, which `pulumi` runs as it would run a
 * user's.
 *
 * @param prepare makes the SDK ready for the program in a folder
 */
export function describeSdk(
  title: string,
  language: Language,
  prepare: (program: string) => Promise<Environment>,
  { wrong = true } = {},
): void {
  describe(`the SDK for ${title}`, function () {
    this.timeout(10 * 60_000);
    const folder = copyOf(join(__dirname, language));
    let cluster: Cluster | undefined;
    let project: Project | undefined;

    before(async function () {
      const ready = await prepare(folder);
      if ("missing" in ready) {
        console.log(`      skipped: ${ready.missing}`);
        this.skip();
      }
      const plugins = join(folder, ".plugins");
      await orSkip(this, () => languagePlugin(language, plugins));
      cluster = await startCluster(this);
      const PATH = [plugins, process.env["PATH"]].join(delimiter);
      project = await requireProject(this, { environment: { ...ready.environment, PATH } });
    });

    after(async () => {
      project?.remove();
      await cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function stack(name: string, config: Readonly<Record<string, string>>): Promise<Stack> {
      assert.ok(project !== undefined && cluster !== undefined);
      const opened = await project.stackIn(name, folder);
      await opened.setConfig("kubeconfig", { value: cluster.kubeconfig, secret: true });
      for (const [key, value] of Object.entries(config)) await opened.setConfig(key, { value });
      return opened;
    }

    it("installs an instance, reads its outputs, and shares one plugin process", async () => {
      const good = await stack("good", {});
      const { outputs, text } = await succeed(good, "up");
      assertOutputs(outputs);
      assertOneProvider(await resourcesOf(good));
      assert.ok(project !== undefined);
      assert.ok(!(text + stateFiles(project)).includes(SECRET));
      const again = await succeed(good, "preview");
      assert.deepEqual(again.recorder.steps(), []);
      await succeed(good, "destroy");
    });

    if (!wrong) return;
    it("tells wrong args", async () => {
      assertRefused(await operate(await stack("bad", { wrong: "true" }), "preview"), language);
    });
  });
}
