import { isObject } from "../../../provider/core/manifest";
import type { Cluster } from "../../../provider/io/cluster/cluster";
import { typesOf } from "../../../provider/io/cluster/discovery";
import { collect } from "../../../provider/io/cluster/list";
import { child, idOf, text } from "../kubernetes/identity";
import type { Objects } from "../kubernetes/objects";

/** Every object of the cluster that is being deleted and still there, as `Kind namespace/name`, in order. */
export async function terminating(objects: Objects): Promise<readonly string[]> {
  const cluster = await objects.cluster();
  const versions = ["v1", ...(await preferredVersions(cluster))];
  const found = await Promise.all(versions.map((version) => terminatingAt(cluster, version)));
  return found.flat().sort();
}

/** As `group/version`. */
async function preferredVersions({ session }: Cluster): Promise<readonly string[]> {
  const request = { method: "GET", path: "/apis" } as const;
  const { groups } = await session.sendForObject("list the groups", request);
  const all = Array.isArray(groups) ? groups.filter((group) => isObject(group)) : [];
  return all.map((group) => text(child(group, "preferredVersion")["groupVersion"]));
}

async function terminatingAt(cluster: Cluster, groupVersion: string): Promise<readonly string[]> {
  const [version = "", group = ""] = groupVersion.split("/").toReversed();
  const types = await typesOf(cluster, group, version);
  const listable = types.filter(({ verbs }) => verbs.includes("list"));
  const found = listable.map(async (type) => {
    const items = await collect(cluster.list(type));
    const going = items.filter(
      (item) => child(item, "metadata")["deletionTimestamp"] !== undefined,
    );
    return going.map((item) => `${type.kind} ${idOf(item)}`);
  });
  return (await Promise.all(found)).flat();
}
