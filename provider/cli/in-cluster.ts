import { InvalidInput } from "../core/problem";
import type { Connection } from "../io/cluster/connection";
import { ClusterError } from "../io/cluster/error";

/** The cluster that the options of a verb name; the ambient one where they name none. */
export function connectionOf(
  values: Readonly<Partial<Record<"kubeconfig" | "context", string>>>,
): Pick<Connection, "kubeconfig" | "context"> {
  const { kubeconfig, context } = values;
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
}

/**
 * Runs a step that asks a cluster.
 *
 * @param headline what can't be done where the cluster answers with an error
 * @throws InvalidInput in place of a ClusterError
 */
export async function inCluster<T>(headline: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const problem = { path: "", reason: error.message };
    throw Object.assign(new InvalidInput(headline, [problem]), { cause: error });
  }
}
