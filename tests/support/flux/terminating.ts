import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "../kubernetes-plugin/client";
import { child, idOf, text } from "../kubernetes-plugin/identity";
import type { Objects } from "../kubernetes-plugin/objects";
import { itemsAt } from "./objects-of";

/** Every object of the cluster that is being deleted and still there, as `Kind namespace/name`, in order. */
export async function terminating(objects: Objects): Promise<readonly string[]> {
  const { groups } = await objects.client.send({ method: "GET", path: "/apis" });
  const versions = (groups as readonly JsonObject[]).map(
    (group) => `/apis/${text(child(group, "preferredVersion")["groupVersion"])}`,
  );
  const found = await Promise.all(
    ["/api/v1", ...versions].map((base) => terminatingAt(objects, base)),
  );
  return found.flat().sort();
}

async function terminatingAt(objects: Objects, base: string): Promise<readonly string[]> {
  const kinds = await orNothing(listable(objects, base));
  const found = kinds.map(async ({ name, kind }) => {
    const items = await orNothing(itemsAt(objects, `${base}/${text(name)}`));
    const going = items.filter(
      (item) => child(item, "metadata")["deletionTimestamp"] !== undefined,
    );
    return going.map((item) => `${text(kind)} ${idOf(item)}`);
  });
  return (await Promise.all(found)).flat();
}

async function listable(objects: Objects, base: string): Promise<readonly JsonObject[]> {
  const { resources } = await objects.client.send({ method: "GET", path: base });
  return (resources as readonly JsonObject[]).filter(
    (resource) =>
      isObject(resource) && Array.isArray(resource["verbs"]) && resource["verbs"].includes("list"),
  );
}

/** A kind that has gone meanwhile has no objects. */
async function orNothing(answer: Promise<readonly JsonObject[]>): Promise<readonly JsonObject[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
