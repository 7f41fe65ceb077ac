import type { PullSecret } from "./oci/access";

/**
 * Reads the `.dockerconfigjson` of a Secret; undefined where there is no such Secret.
 *
 * @throws Error where the cluster can't be read; the message says why
 */
export type ReadPullSecret = (namespace: string, name: string) => Promise<string | undefined>;

/**
 * A pull secret that is read once, when a registry asks for a login. One that can't be had is a warning: Docker's
 * credentials, or none, take its place.
 */
export function pullSecretOf(
  namespace: string,
  name: string,
  read: ReadPullSecret = withoutCluster,
  warn: (line: string) => void,
): () => Promise<PullSecret> {
  const title = `the Secret ${namespace}/${name} of distribution.artifactPullSecret`;
  const readOnce = async (): Promise<PullSecret> => {
    const found = await tryRead(title, () => read(namespace, name));
    if ("missing" in found)
      warn(`${found.missing}; the credentials that Docker knows take its place`);
    return found;
  };
  let reading: Promise<PullSecret> | undefined;
  return () => (reading ??= readOnce());
}

async function tryRead(
  title: string,
  read: () => Promise<string | undefined>,
): Promise<PullSecret> {
  try {
    const content = await read();
    return content === undefined ? { missing: `${title} does not exist` } : { content };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { missing: `${title} can't be read: ${reason}` };
  }
}

function withoutCluster(): Promise<never> {
  return Promise.reject(new Error("no cluster is known"));
}
