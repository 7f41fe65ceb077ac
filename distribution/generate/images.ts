import { COMPONENTS, type Variant } from "../../provider/core/spec/spec";
import { repositories, type Release } from "./release";

/** One image of a variant, in the fields of a kustomize `images` entry. */
export interface Image {
  readonly name: string;
  readonly newTag: string;
  readonly digest: string;
}

/** The images of a variant, in the order of `components`. */
export function images({ tags, digests }: Release, variant: Variant): readonly Image[] {
  return COMPONENTS.map((component) => ({
    name: `${repositories[variant]}/${component}`,
    newTag: tags[component],
    digest: digests[variant][component],
  }));
}
