import type { Manifest } from "../../manifest";
import type { StorageSpec } from "../../spec/spec";
import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";
import { ROLE_ANNOTATION } from "./shards";

/**
 * The PersistentVolumeClaim of source-controller, and one for each shard with persistent storage. It is rendered even
 * without source-controller, as in the reference.
 */
export function claims({ spec }: Context): readonly Draft[] {
  const { storage, sharding, namespace } = spec;
  if (storage === undefined) return [];
  const shards = sharding?.storage === "persistent" ? sharding.shards : [];
  return [
    draftOf(claim("source-controller", storage)),
    ...shards.map((shard) => {
      const draft = draftOf(claim("source-controller", storage), "source-controller");
      const { name } = draft.original;
      const metadata = { name: `${name}-${shard}`, namespace, annotations: ROLE_ANNOTATION };
      return {
        ...draft,
        manifest: { ...draft.manifest, metadata },
        former: [{ name, namespace }],
        shard,
      };
    }),
  ];
}

function claim(name: string, storage: StorageSpec): Manifest {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: storage.class,
      resources: { requests: { storage: storage.size } },
    },
  };
}
