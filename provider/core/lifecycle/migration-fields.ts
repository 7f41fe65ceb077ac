import { listAt, objectAt } from "../deployment";
import { isObject, type Json, type JsonObject } from "../manifest";

/** Versions of a group: those that owners of fields may stay at, and the one that the others are carried to. */
export interface Carrying {
  readonly group: string;
  readonly kept: readonly string[];
  readonly version: string;
}

/**
 * `metadata.managedFields` with the owners at versions that go carried to the one that stays; undefined where there is
 * nothing to carry. Owners whose only difference was the version become one: the API server knows an owner by manager,
 * operation, version and subresource, and would keep the fields of the last one only.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function carryOwners(
  metadata: JsonObject,
  carrying: Carrying,
): readonly JsonObject[] | undefined {
  const owners = listAt(metadata, "managedFields").filter(isObject);
  if (!owners.some((owner) => goes(owner, carrying))) return undefined;
  const apiVersion = `${carrying.group}/${carrying.version}`;
  const carried = owners.map((owner) => (goes(owner, carrying) ? { ...owner, apiVersion } : owner));
  return carried.reduce<readonly JsonObject[]>(withOwner, []);
}

/** The version of an owner, where it is one of the group's. */
export function ownerVersion(owner: JsonObject, group: string): string | undefined {
  const { apiVersion } = owner;
  const isOfGroup = typeof apiVersion === "string" && apiVersion.startsWith(`${group}/`);
  return isOfGroup ? apiVersion.slice(group.length + 1) : undefined;
}

function goes(owner: JsonObject, { group, kept }: Carrying): boolean {
  const version = ownerVersion(owner, group);
  return version !== undefined && !kept.includes(version);
}

function withOwner(owners: readonly JsonObject[], owner: JsonObject): readonly JsonObject[] {
  const id = idOf(owner);
  const index = owners.findIndex((other) => idOf(other) === id);
  const other = owners[index];
  return other === undefined ? [...owners, owner] : owners.with(index, union(other, owner));
}

function idOf({ manager, operation, apiVersion, subresource }: JsonObject): string {
  return JSON.stringify([manager, operation, apiVersion, subresource ?? ""]);
}

function union(one: JsonObject, other: JsonObject): JsonObject {
  const fieldsV1 = unionOfFields(objectAt(one, "fieldsV1"), objectAt(other, "fieldsV1"));
  const time = [one["time"], other["time"]].filter((text) => typeof text === "string").toSorted();
  return { ...one, ...(time.length === 0 ? {} : { time: time.at(-1) }), fieldsV1 };
}

/** A set of fields is a tree of their names. */
function unionOfFields(one: JsonObject, other: JsonObject): JsonObject {
  const merged = Object.entries(other).map(([name, below]): [string, Json] => {
    const mine = one[name];
    return [name, isObject(mine) && isObject(below) ? unionOfFields(mine, below) : (below ?? {})];
  });
  return { ...one, ...Object.fromEntries(merged) };
}
