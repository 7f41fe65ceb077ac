import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/** CRDs, ServiceAccount, Services and Deployment of each chosen component. */
export function controllers({ spec, release }: Context): readonly Draft[] {
  return spec.components.flatMap((component) =>
    (release.components.get(component) ?? []).map((manifest) => draftOf(manifest, component)),
  );
}
