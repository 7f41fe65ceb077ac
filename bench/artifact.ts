import { RegistryClient } from "../provider/io/oci/registry-client";
import { tarGzip } from "../tests/support/registries/archive";
import { artifactOf, entriesOf, push } from "../tests/support/registries/artifact";
import { startRegistry, type Registry } from "../tools/registry";

/** A registry on loopback that serves a folder of releases as an artifact. */
export interface Served {
  readonly reference: string;
  readonly registry: Registry;
}

export async function serveReleases(folder: string): Promise<Served> {
  const registry = await startRegistry();
  const place = { registry: registry.address, repository: "org/manifests" };
  const client = new RegistryClient(place, { surroundings: {} });
  await push(client, artifactOf(tarGzip(entriesOf(folder))), "latest");
  return { registry, reference: `oci://${registry.address}/org/manifests:latest` };
}
