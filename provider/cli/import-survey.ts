import { objectAt } from "../core/deployment";
import { argsOf, type Described } from "../core/import/args";
import { handoverOf } from "../core/import/handover";
import { printReport } from "../core/import/report";
import { takeOverCommand } from "../core/lifecycle/claim";
import { FIELD_MANAGER } from "../core/lifecycle/marks";
import { idOf } from "../core/lifecycle/ownership";
import type { JsonObject } from "../core/manifest";
import { InvalidInput } from "../core/problem";
import type { Cluster } from "../io/cluster/cluster";
import { ClusterError } from "../io/cluster/error";
import { differencesOf } from "../io/import/differences";
import { observe } from "../io/import/observe";
import { straysOf } from "../io/import/strays";
import type { Prepared } from "../io/prepare";
import { settle } from "./import-settle";
import { toArgs } from "./manifest";
import type { Given } from "./verb";

/** A Flux in a cluster as args, with what there is to say about them. */
export interface Surveyed {
  readonly args: JsonObject;
  /** For the program. */
  readonly comments: readonly string[];
  readonly warnings: readonly string[];
  /** What the first update would change, in lines. */
  readonly notes: readonly string[];
}

/**
 * Describes the Flux of a cluster; nothing is changed.
 *
 * @throws InvalidInput where there is none, several, or one that is an instance's already
 * @throws ClusterError
 */
export async function survey(
  cluster: Cluster,
  namespace: string | undefined,
  given: Given,
): Promise<Surveyed> {
  const { observed, instance } = await observe(cluster, namespace);
  refuseOurs(observed.deployments, observed.namespace);
  const described = instance === undefined ? argsOf(observed) : argsOfInstance(instance);
  const { args, prepared, warnings } = await settle(described.args, observed, given);
  const report =
    prepared === undefined
      ? { notes: [], warnings: [] }
      : await reportOn(cluster, prepared, observed.namespace);
  return {
    args,
    comments: [
      `Printed by flux-instance import from the Flux in namespace ${observed.namespace} of cluster ${cluster.title}.`,
      ...described.gaps.map((gap) => `Not in these args: ${gap}.`),
      ...handoverOf(observed, instance),
    ],
    warnings: [...warnings, ...report.warnings],
    notes: report.notes,
  };
}

function refuseOurs(deployments: readonly JsonObject[], namespace: string): void {
  const id = deployments.map(idOf).find((it) => it !== undefined);
  if (id === undefined) return;
  const reason =
    `the Flux in namespace ${namespace} belongs to a FluxInstance already, with the id ${id}. Change it in the program of ` +
    `its stack. If the state of that stack is lost, run its program with \`${takeOverCommand(id)}\``;
  throw new InvalidInput("Flux can't be imported", [{ path: "", reason }]);
}

/** The spec of Flux Operator's FluxInstance is what these args were named after. */
function argsOfInstance(instance: JsonObject): Described {
  const { apiVersion, kind, spec } = instance;
  const { name, namespace } = objectAt(instance, "metadata");
  const { args, problems } = toArgs({ apiVersion, kind, metadata: { name, namespace }, spec });
  if (problems.length > 0) throw new InvalidInput("Flux can't be imported", problems);
  return { args: { ...args, adopt: true }, gaps: [] };
}

async function reportOn(
  cluster: Cluster,
  { rendered }: Prepared,
  namespace: string,
): Promise<Pick<Surveyed, "notes" | "warnings">> {
  const manifests = rendered.objects.map(({ manifest }) => manifest);
  try {
    const differences = await differencesOf(cluster, manifests, FIELD_MANAGER);
    const strays = await straysOf(cluster, manifests, namespace);
    return { notes: printReport(differences, strays), warnings: [] };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const warning = `what the first update would change can't be told: ${error.message}`;
    return { notes: [], warnings: [warning] };
  }
}
