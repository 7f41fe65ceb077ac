import { all, type Output } from "@pulumi/pulumi/output";
import {
  CustomResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
} from "@pulumi/pulumi/resource";
import type { Kept, LockRequest } from "../io/locking";
import { formerSiblings, named } from "./former";
import { LIFECYCLE } from "./outputs";
import { promised } from "./promised";

/** The resource that keeps what a distribution resolved to. It comes before the component, which needs its answer. */
class LockResource extends CustomResource {
  declare readonly version: Output<string>;
  declare readonly digest: Output<string>;

  constructor(name: string, request: LockRequest, options: ComponentResourceOptions) {
    const { version: range, ...inputs } = request;
    const properties = { version: undefined, digest: undefined, range, ...inputs };
    super(LIFECYCLE.lock[0], `${name}:lock`, properties, placeOf(name, options));
  }
}

/** The component's aliases, its parent and, as that one may have none, the provider that the component was constructed by. */
function placeOf(name: string, options: ComponentResourceOptions): CustomResourceOptions {
  const { parent, providers = {} } = options;
  const provider = Object.entries(providers).find(([name]) => name === "flux-instance")?.[1];
  return {
    aliases: [...formerSiblings(named(name, options), `${name}:lock`, LIFECYCLE.lock[0])],
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
  };
}

/** Keeps a release for an instance. */
export async function keep(
  name: string,
  request: LockRequest,
  options: ComponentResourceOptions,
): Promise<Kept> {
  const { version, digest } = new LockResource(name, request, options);
  const [keptVersion, keptDigest] = await promised(all([version, digest]));
  return { version: keptVersion, digest: keptDigest };
}
