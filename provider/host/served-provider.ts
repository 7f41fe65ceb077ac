import type { ConfigureRequest, ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";

/** The package in a type `pulumi:providers:PACKAGE`. */
const PACKAGE = "flux-instance";

/**
 * The provider, in the sense of the engine's state, that this process serves.
 *
 * The engine starts one process for each. The generated SDKs register a component with the version of the plugin and the
 * address that it is downloaded from, and that decides its provider; a resource of ours without the two would get another
 * provider, and a second process. So a construct is told its own provider like one that the user has passed, and what it
 * registers inherits that.
 */
export class ServedProvider {
  #reference: string | undefined;

  /** Keeps the provider that the engine configures; an old engine may not tell it. */
  configured(request: ConfigureRequest): void {
    const [urn, id] = [request.getUrn(), request.getId()];
    this.#reference = urn === "" || id === "" ? undefined : `${urn}::${id}`;
  }

  /** Adds it to the providers of a construct, unless the user has passed one. */
  passTo(request: ConstructRequest): void {
    const providers = request.getProvidersMap();
    if (this.#reference === undefined || providers.has(PACKAGE)) return;
    providers.set(PACKAGE, this.#reference);
  }
}
