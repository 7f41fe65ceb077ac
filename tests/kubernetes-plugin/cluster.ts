import { readFileSync } from "node:fs";
import type { Context } from "mocha";

import { startControlPlane, type ControlPlane } from "../../tools/control-plane";
import { ToolsMissing } from "../../tools/provide";

const variable = "FLUX_INSTANCE_TEST_KUBECONFIG";
let started: Promise<ControlPlane> | undefined;

/**
 * The kubeconfig of a throwaway cluster: the one that the environment variable names, else a control
 * plane that the tests of a file share. Where neither can be had the tests are skipped.
 */
export async function throwawayCluster(context: Context): Promise<string> {
  const path = process.env[variable] ?? "";
  if (path !== "") return readFileSync(path, "utf8");
  started ??= startControlPlane();
  try {
    return (await started).kubeconfig;
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    console.log(`      skipped: ${error.message}`);
    return context.skip();
  }
}

/** For the last `after` of a file: stops the control plane, if one was started. */
export async function stopThrowawayCluster(): Promise<void> {
  const running = started;
  started = undefined;
  await running?.then(
    (controlPlane) => controlPlane.stop(),
    () => undefined,
  );
}
