import { generateKeyPairSync } from "node:crypto";
import type { Digest } from "../../../provider/core/oci/digest";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import type { Registry } from "../../../tools/registry";
import { attachBundles } from "../signing/attach";
import { keyBundleOf, statementOf } from "../signing/envelope";
import { tarGzip } from "./archive";
import { artifactOf, embeddedRelease, push } from "./artifact";
import { startRegistryWithLogin, USER } from "./registry-with-login";

/** A registry that wants a login, with a release signed by a key. */
export interface SignedRelease extends Registry {
  readonly digest: Digest;
  /** In PEM. */
  readonly publicKey: string;
}

/** Starts a registry with a release behind `REPOSITORY:latest`. */
export async function startSignedRelease(
  program: string,
  repository: string,
  version: string,
): Promise<SignedRelease> {
  const registry = await startRegistryWithLogin(program, "htpasswd");
  const place = { registry: registry.address, repository };
  const client = new RegistryClient(place, { surroundings: {}, credentials: USER });
  const artifact = artifactOf(tarGzip(embeddedRelease(version)));
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await push(client, artifact, "latest");
  const bundle = keyBundleOf(privateKey, statementOf(artifact.digest));
  await attachBundles(client, artifact.manifest, [bundle]);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { ...registry, digest: artifact.digest, publicKey: pem };
}
