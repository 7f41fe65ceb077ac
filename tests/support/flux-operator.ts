import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../provider/core/manifest";
import type { Cluster } from "../../provider/io/cluster/cluster";
import { isClusterError } from "../../provider/io/cluster/error";
import { DEFINITIONS } from "../../provider/io/cluster/types";

/** The kind that Flux Operator reconciles. */
export const INSTANCES = {
  group: "fluxcd.controlplane.io",
  version: "v1",
  plural: "fluxinstances",
};

const { group, version, plural } = INSTANCES;
const SCHEMA = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** As much of its definition as is looked at. */
const DEFINITION: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    names: { kind: "FluxInstance", plural, singular: "fluxinstance", listKind: "FluxInstanceList" },
    scope: "Namespaced",
    versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
  },
};

/** What Flux Operator leaves where it manages the Flux of a namespace, which has to be there: its kind, and one object `flux`. */
export async function createOperator(
  cluster: Cluster,
  namespace: string,
  spec: JsonObject = {},
): Promise<void> {
  await cluster.create(DEFINITIONS, DEFINITION);
  const metadata = { name: "flux" };
  const instance = { apiVersion: `${group}/${version}`, kind: "FluxInstance", metadata, spec };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await cluster.create(INSTANCES, instance, { namespace });
      return;
    } catch (error) {
      // The kind is served some moments after its definition.
      if (attempt >= 50 || !isClusterError(error, "not-found")) throw error;
      await sleep(100);
    }
  }
}
