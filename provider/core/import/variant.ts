import { parseImage } from "../distribution/images";
import type { Release } from "../distribution/release";
import type { Variant } from "../spec/spec";

/**
 * The variant whose list of a release has the digests of most images; undefined where none has any.
 *
 * @param images as Deployments name them
 */
export function variantOfImages(
  images: readonly string[],
  lists: Release["images"],
): Variant | undefined {
  const digests = new Set(images.flatMap((image) => parseImage(image).digest ?? []));
  const [best] = [...lists]
    .map(([variant, list]) => ({
      variant,
      hits: list.filter(({ digest }) => digest !== undefined && digests.has(digest)).length,
    }))
    .filter(({ hits }) => hits > 0)
    .toSorted((one, other) => other.hits - one.hits);
  return best?.variant;
}
