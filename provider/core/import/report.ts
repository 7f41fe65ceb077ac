/** What the first update does to one object. */
export interface Difference {
  /** `Kind/namespace/name`. */
  readonly object: string;
  readonly isNew: boolean;
  /** The fields that change; none where the object is new. */
  readonly paths: readonly string[];
}

const METADATA = "metadata.";
const POD = "spec.template";

/**
 * What the first update does, in lines.
 *
 * @param strays objects of Flux that are no part of the instance
 */
export function printReport(
  differences: readonly Difference[],
  strays: readonly string[],
): readonly string[] {
  const changes = differences.flatMap(printDifference);
  const marked = differences.filter(({ paths }) => paths.some((path) => path.startsWith(METADATA)));
  return [
    ...(changes.length + marked.length === 0
      ? ["The first `pulumi up` changes no object."]
      : ["The first `pulumi up` changes:"]),
    ...changes,
    ...(marked.length === 0 ? [] : [`  ~ labels and annotations of ${count(marked.length)}`]),
    ...(strays.length === 0 ? [] : ["Not part of the instance, and left as they are:"]),
    ...strays.map((stray) => `  ${stray}`),
  ];
}

function printDifference({ object, isNew, paths }: Difference): readonly string[] {
  if (isNew) return [`  + ${object}`];
  const others = paths.filter((path) => !path.startsWith(METADATA));
  if (others.length === 0) return [];
  const restart = others.some((path) => path.startsWith(POD)) ? " (its pods restart)" : "";
  return [`  ~ ${object}: ${others.join(", ")}${restart}`];
}

function count(objects: number): string {
  return objects === 1 ? "1 object" : `${objects} objects`;
}
