import { objectAt } from "../deployment";
import type { JsonObject, Manifest } from "../manifest";
import { FIELD_MANAGER } from "./marks";
import { managedFieldsOf } from "./ownership";

/**
 * The labels and annotations of the Namespace that somebody else holds with another value, as `labels/KEY` and
 * `annotations/KEY`. A server-side apply that claims them would be refused as a conflict, and the Namespace is not ours alone.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export function leftToOthers(rendered: Manifest, live: JsonObject | undefined): readonly string[] {
  if (live === undefined) return [];
  const others = managedFieldsOf(live)
    .filter(({ manager }) => manager !== FIELD_MANAGER)
    .map((entry) => objectAt(objectAt(entry, "fieldsV1"), "f:metadata"));
  return (["labels", "annotations"] as const).flatMap((part) => {
    const [wanted, found] = [rendered, live].map((it) => objectAt(objectAt(it, "metadata"), part));
    const isHeld = (key: string) =>
      others.some((metadata) => objectAt(metadata, `f:${part}`)[`f:${key}`] !== undefined);
    return Object.keys(wanted ?? {})
      .filter((key) => found?.[key] !== undefined && found[key] !== wanted?.[key] && isHeld(key))
      .map((key) => `${part}/${key}`)
      .toSorted();
  });
}
