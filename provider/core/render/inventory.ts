import { groupOf, versionOf, type Manifest } from "../manifest";

/** One object in the form Flux records inventories in. */
export interface InventoryEntry {
  /** `<namespace>_<name>_<group>_<kind>`, with `:` in names written `__`. */
  readonly id: string;
  /** The API version without its group. */
  readonly v: string;
}

/** The inventory entry of an object (behaviour: inventory). */
export function inventoryEntry(manifest: Manifest): InventoryEntry {
  const { name, namespace = "" } = manifest.metadata;
  const id = [namespace, name.replaceAll(":", "__"), groupOf(manifest), manifest.kind].join("_");
  return { id, v: versionOf(manifest) };
}
