import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject } from "../manifest";
import { servedVersionsOf, storageVersionOf, type Definition } from "./definitions";
import { ownerVersion } from "./migration-fields";

/** A kind that loses versions. */
export interface Loss {
  readonly definition: Definition;
  /** The versions that are served now and will not be. */
  readonly lost: readonly string[];
  /** The version to use instead. */
  readonly instead: string;
}

/** A version that will not be served any more, and who still writes objects at it. */
export interface Use {
  readonly kind: string;
  readonly apiVersion: string;
  readonly instead: string;
  /** The name of a field manager. */
  readonly manager: string;
  /** `namespace/name` of the objects. */
  readonly objects: readonly string[];
}

const NAMES = 5;

/** What an upgrade takes away from the kinds that are there before and after it. */
export function lossesOf(
  before: readonly Definition[],
  after: readonly Definition[],
): readonly Loss[] {
  return before.flatMap((definition) => {
    const next = after.find(({ name }) => name === definition.name);
    const served = next === undefined ? servedVersionsOf(definition) : servedVersionsOf(next);
    const lost = servedVersionsOf(definition).filter((version) => !served.includes(version));
    const instead = next === undefined ? "" : storageVersionOf(next);
    return lost.length === 0 ? [] : [{ definition, lost, instead }];
  });
}

/**
 * Who still writes one object at a version that goes. Only owners of a part of `spec` count: status and finalizers are
 * written by the controllers, which are upgraded too.
 *
 * @param own field managers that the upgrade itself moves on
 */
export function usesIn(
  object: JsonObject,
  { definition, lost, instead }: Loss,
  own: readonly string[],
): readonly Use[] {
  const metadata = objectAt(object, "metadata");
  const owners = listAt(metadata, "managedFields").filter(isObject);
  const { group, kind } = definition;
  return owners.flatMap((owner) => {
    const version = ownerVersion(owner, group) ?? "";
    const manager = textAt(owner, "manager");
    const counts = lost.includes(version) && "f:spec" in objectAt(owner, "fieldsV1");
    if (!counts || own.includes(manager) || isGenerated(kind, manager)) return [];
    const objects = [printName(metadata)];
    return [
      { kind, apiVersion: `${group}/${version}`, instead: `${group}/${instead}`, manager, objects },
    ];
  });
}

/** The uses with those of the same version by the same manager as one. */
export function summed(uses: readonly Use[]): readonly Use[] {
  const idOf = ({ kind, apiVersion, manager }: Use) => JSON.stringify([kind, apiVersion, manager]);
  const ids = [...new Set(uses.map(idOf))];
  return ids.flatMap((id) => {
    const same = uses.filter((use) => idOf(use) === id);
    const objects = [...new Set(same.flatMap((use) => use.objects))].toSorted();
    return same.slice(0, 1).map((use) => ({ ...use, objects }));
  });
}

/** A use as a warning. */
export function printUse({ kind, apiVersion, instead, manager, objects }: Use): string {
  const more = objects.length - NAMES;
  const names = objects.slice(0, NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return (
    `${kind} ${apiVersion} is removed by this upgrade, and ${manager} has written at it: ${names}. ` +
    `The objects are kept; change apiVersion to ${instead} in what ${manager} applies (Git, charts, scripts), or it fails from then on.`
  );
}

/** Charts that helm-controller makes for its releases. */
function isGenerated(kind: string, manager: string): boolean {
  return kind === "HelmChart" && manager === "helm-controller";
}

function printName(metadata: JsonObject): string {
  const [namespace, name] = [textAt(metadata, "namespace"), textAt(metadata, "name")];
  return namespace === "" ? name : `${namespace}/${name}`;
}
