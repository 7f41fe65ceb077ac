import type { JsonObject } from "../core/manifest";
import type { Connection } from "../io/cluster/connection";
import type { ReadPullSecret } from "../io/pull-secret";
import { oneOf, readArguments } from "./arguments";
import { LANGUAGES, writeProgram } from "./convert/index";
import { readSchema } from "./convert/schema";
import { connectionOf, inCluster } from "./in-cluster";
import type { Given, Outcome } from "./verb";

const USAGE = `Usage:
  flux-instance import [--to typescript|python|go|yaml] [OPTIONS]

Prints the Pulumi program that takes over the Flux of a cluster, however that was installed. Nothing is changed. What its
first update would change is told on standard error.

Options:
      --to LANGUAGE        typescript, python, go, or yaml (default) for a whole Pulumi.yaml
      --namespace NAME     Where Flux is; by default it is looked for
      --kubeconfig FILE    The kubeconfig; default that of KUBECONFIG, else ~/.kube/config
      --context CONTEXT    The context of the kubeconfig; default its current one
  -h, --help               Print this
`;

const OPTIONS = { to: {}, namespace: {}, kubeconfig: {}, context: {} } as const;

/** The verb `import`: a cluster's program. */
export async function importFlux(args: readonly string[], given: Given): Promise<Outcome> {
  const { help, values } = readArguments(args, OPTIONS);
  if (help) return { output: USAGE, warnings: [] };
  const language = oneOf(values.to ?? "yaml", "--to", LANGUAGES);
  const connection = connectionOf(values);
  const [{ connect }, { survey }] = await Promise.all([
    import("../io/cluster/cluster.js"),
    import("./import-survey.js"),
  ]);
  return await inCluster("Flux can't be imported", async () => {
    const cluster = await connect(connection, { surroundings: given.surroundings });
    const reading = {
      ...given,
      readPullSecret: given.readPullSecret ?? readerOf(connection, given),
    };
    const {
      args: found,
      comments,
      warnings,
      notes,
    } = await survey(cluster, values.namespace, reading);
    const program: JsonObject = { ...connection, ...found };
    return {
      output: writeProgram(program, language, await readSchema(), comments),
      warnings,
      notes,
    };
  });
}

/** Reads Secrets from the cluster that is imported. */
function readerOf(connection: Connection, { surroundings }: Given): ReadPullSecret {
  return async (...secret) => {
    const { readPullSecret } = await import("../io/cluster/pull-secret.js");
    return readPullSecret(connection, surroundings, ...secret);
  };
}
