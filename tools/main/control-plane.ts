import { startControlPlane } from "../control-plane";
import { ToolsMissing } from "../provide";
import { logToStderr } from "../sources/progress";

/** `run.mjs control-plane`: runs one in the foreground until Ctrl-C. */
async function main(): Promise<void> {
  const controlPlane = await startControlPlane({ log: logToStderr });
  console.log(`export KUBECONFIG=${controlPlane.kubeconfigFile}`);
  logToStderr("Ctrl-C stops it and removes everything.");
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });
  // A pending promise does not keep a process alive, a timer does.
  const alive = setInterval(() => undefined, 60_000);
  await ended;
  clearInterval(alive);
  await controlPlane.stop();
}

main().catch((error: unknown) => {
  console.error(error instanceof ToolsMissing ? error.message : error);
  process.exitCode = 1;
});
