import { isObject } from "../../core/manifest";
import type { Surroundings } from "../oci/access";
import { firstOf } from "../signal";
import { connect } from "./cluster";
import type { Connection } from "./connection";
import { ClusterError } from "./error";
import { SECRETS } from "./types";

/** Of which a login by a program, as `aws eks get-token`, may take seconds. */
const TIME_LIMIT = 10_000;
const KEY = ".dockerconfigjson";

/**
 * The `.dockerconfigjson` of a Secret in a cluster. It takes 10 seconds at most.
 *
 * @throws ClusterError not-found where the Secret is absent, invalid where it is none for pulling
 */
export async function readPullSecret(
  connection: Connection,
  surroundings: Surroundings,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  // Loaded before the time counts, as it may take longer on a busy machine than the cluster does.
  await import("./kube-config.js");
  const limit = AbortSignal.timeout(TIME_LIMIT);
  const cluster = await connect(connection, {
    surroundings,
    signal: firstOf(signal, limit),
  });
  const secret = await cluster.get(SECRETS, { namespace, name });
  const where = `Secret ${namespace}/${name}`;
  if (secret === undefined) {
    const reason = "there is none; create it first, or give another name";
    throw new ClusterError("not-found", `${where}: ${reason} (cluster ${cluster.title})`);
  }
  const data = isObject(secret["data"]) ? secret["data"][KEY] : undefined;
  if (typeof data === "string") return Buffer.from(data, "base64").toString("utf8");
  const reason = `it has no ${KEY}; use one of type kubernetes.io/dockerconfigjson`;
  throw new ClusterError("invalid", `${where}: ${reason} (cluster ${cluster.title})`);
}
