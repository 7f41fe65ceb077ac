import { readFileSync } from "node:fs";
import { startControlPlane } from "../control-plane";
import type { Log } from "../sources/progress";

/** The cluster the demo runs on. */
export interface DemoCluster {
  readonly kubeconfig: string;
  /** Ends what the demo started for it. */
  close(): Promise<void>;
}

/** The cluster of a kubeconfig file, else a control plane of the demo's own. */
export async function openCluster(file: string | undefined, log: Log): Promise<DemoCluster> {
  if (file !== undefined) {
    log(
      `Cluster: the current context of ${file}. Only what the demo creates there is removed again.`,
    );
    return { kubeconfig: readFileSync(file, "utf8"), close: () => Promise.resolve() };
  }
  log("Cluster: a Kubernetes control plane on this machine; kwok plays its node.");
  const controlPlane = await startControlPlane({ log });
  return { kubeconfig: controlPlane.kubeconfig, close: () => controlPlane.stop() };
}
