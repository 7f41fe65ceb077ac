import {
  DELETION_POLICIES,
  planUninstall,
  printPlan,
  type Survey,
  type Wish,
} from "../core/lifecycle/plan";
import type { Cluster } from "../io/cluster/cluster";
import { oneOf, readArguments } from "./arguments";
import { connectionOf, inCluster } from "./in-cluster";
import { UsageError, type Given, type Outcome } from "./verb";

const USAGE = `Usage:
  flux-instance uninstall [--dry-run] [OPTIONS]

Removes Flux from a cluster without Pulumi, for when the state of the stack is lost. What Flux has deployed stays as it
is. It may be run again after a failure.

Options:
      --dry-run                  Only print what would be done, and how many custom resources there are
      --namespace NAMESPACE      Where Flux is; default flux-system
      --kubeconfig FILE          The kubeconfig; default that of KUBECONFIG, else ~/.kube/config
      --context CONTEXT          The context of the kubeconfig; default its current one
      --deletion-policy POLICY   "Uninstall" (default); "KeepCRDs" keeps CRDs and custom resources; "Retain" keeps all
      --delete-namespace         Delete the namespace too, with everything that is in it
  -h, --help                     Print this
`;

const OPTIONS = { namespace: {}, kubeconfig: {}, context: {}, "deletion-policy": {} } as const;
const FLAGS = ["dry-run", "delete-namespace"];

/** The namespaces of a cluster itself. */
const PROTECTED = /^(?:default|kube-.*)$/;

/** The verb `uninstall`: Flux, removed from a cluster. */
export async function uninstall(
  args: readonly string[],
  { surroundings }: Given,
): Promise<Outcome> {
  const { help, values, flags } = readArguments(args, OPTIONS, 0, FLAGS);
  if (help) return { output: USAGE, warnings: [] };
  const wish = {
    deletionPolicy: oneOf(
      values["deletion-policy"] ?? "Uninstall",
      "--deletion-policy",
      DELETION_POLICIES,
    ),
    deleteNamespace: flags.has("delete-namespace"),
  };
  const namespace = values.namespace ?? "flux-system";
  if (wish.deleteNamespace && PROTECTED.test(namespace)) {
    throw new UsageError(`--delete-namespace can't be used with the namespace ${namespace}`);
  }
  const { connect } = await import("../io/cluster/cluster.js");
  return await inCluster("Flux can't be uninstalled", async () => {
    const cluster = await connect(connectionOf(values), { surroundings });
    return await carryOut(cluster, namespace, wish, flags.has("dry-run"));
  });
}

async function carryOut(
  cluster: Cluster,
  namespace: string,
  wish: Wish,
  isDryRun: boolean,
): Promise<Outcome> {
  const { surveyFlux } = await import("../io/lifecycle/uninstall-survey.js");
  const survey = await surveyFlux(cluster, namespace);
  const plan = planUninstall(survey, wish);
  if (!isDryRun && plan.length > 0) {
    const { runUninstall } = await import("../io/lifecycle/uninstall-run.js");
    await runUninstall(cluster, survey, plan);
  }
  const output = [
    `Cluster ${cluster.title}, namespace ${namespace}`,
    ...printPlan(plan, wish, !isDryRun),
    closing(survey, wish, plan.length === 0),
  ];
  return { output: output.map((line) => `${line}\n`).join(""), warnings: [] };
}

function closing({ namespace, hasNamespace }: Survey, wish: Wish, isEmpty: boolean): string {
  if (wish.deletionPolicy === "Retain") return "Retain: everything stays";
  if (isEmpty) return "Nothing of Flux is there to uninstall";
  const stays = hasNamespace && !wish.deleteNamespace ? ` and the namespace ${namespace}` : "";
  return `What Flux has deployed${stays} stays`;
}
