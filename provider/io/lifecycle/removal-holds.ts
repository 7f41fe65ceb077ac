import { listAt, objectAt, textAt } from "../../core/deployment";
import type { FluxKind } from "../../core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { collect } from "../cluster/list";
import { printObject } from "../cluster/paths";
import { NAMESPACES, PODS } from "../cluster/types";
import { readMetadata } from "./adoption-objects";
import type { FoundObject } from "./removal-objects";
import { countObjects } from "./uninstall-objects";

/** What a message says where nothing is found. */
const NOTHING = "the API server has not removed it yet";

/** The custom resources that are left of a definition, else what holds the definition itself. */
export async function holdsDefinition(
  cluster: Cluster,
  found: FoundObject,
  kind: FluxKind,
): Promise<string> {
  const count = await countObjects(cluster, kind);
  return count > 0 ? `${printCount(count)} ${kind.kind} are left` : await holdsAny(cluster, found);
}

/** The finalizers on an object. */
export async function holdsAny(cluster: Cluster, { type, name }: FoundObject): Promise<string> {
  const live = await orNothing(readMetadata(cluster, type, name));
  const finalizers = listAt(objectAt(live ?? {}, "metadata"), "finalizers").map(String);
  return finalizers.length === 0 ? NOTHING : `it has the finalizer ${finalizers.join(", ")}`;
}

/** The pods that use a claim: Kubernetes keeps it as long as one does. */
export async function holdsClaim(cluster: Cluster, found: FoundObject): Promise<string> {
  const { namespace = "", name } = found.name;
  const pods = (await orNothing(collect(cluster.list(PODS, { namespace })))) ?? [];
  const users = pods.filter((pod) => claimNames(pod).includes(name)).map(printObject);
  return users.length === 0
    ? await holdsAny(cluster, found)
    : `pod ${users.join(", ")} still uses the volume`;
}

/** What the namespace controller says of the content that is left. */
export async function holdsNamespace(cluster: Cluster, found: FoundObject): Promise<string> {
  const live = await orNothing(cluster.get(NAMESPACES, found.name));
  const messages = listAt(objectAt(live ?? {}, "status"), "conditions")
    .filter((condition) => isObject(condition))
    .filter(({ status }) => status === "True")
    .map((condition) => textAt(condition, "message"))
    .filter((message) => message !== "");
  return messages.length === 0 ? NOTHING : messages.join("; ");
}

/** With a comma for each thousand. */
export function printCount(count: number): string {
  return count.toLocaleString("en-US");
}

function claimNames(pod: JsonObject): readonly string[] {
  return listAt(objectAt(pod, "spec"), "volumes")
    .filter((volume) => isObject(volume))
    .map((volume) => textAt(objectAt(volume, "persistentVolumeClaim"), "claimName"));
}

/** What only explains a wait may be forbidden to the user. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isClusterError(error, "forbidden")) return undefined;
    throw error;
  }
}
