const nodeName = "kwok-node-0";
const storageClass = "standard";
const volumeCount = 10;

interface SeedObject {
  /** The collection it is created in. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const capacity = { cpu: "64", memory: "256Gi", pods: "1000", "ephemeral-storage": "1Ti" };

const node: SeedObject = {
  path: "/api/v1/nodes",
  body: {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: nodeName,
      labels: {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": nodeName,
      },
      annotations: { "kwok.x-k8s.io/node": "fake" },
    },
    status: { capacity, allocatable: capacity },
  },
};

const standardClass: SeedObject = {
  path: "/apis/storage.k8s.io/v1/storageclasses",
  body: {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: storageClass,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
  },
};

/** Nothing provisions volumes here, so claims are bound to these. No file is ever made for them. */
const volume = (index: number): SeedObject => ({
  path: "/api/v1/persistentvolumes",
  body: {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `volume-${index}` },
    spec: {
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce", "ReadWriteMany"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: storageClass,
      hostPath: { path: `/volumes/${index}` },
    },
  },
});

/** What a new cluster gets before it is handed out. */
export const seed: readonly SeedObject[] = [
  node,
  standardClass,
  ...Array.from({ length: volumeCount }, (_, index) => volume(index)),
];

/** The path of the one node. */
export const nodePath = `${node.path}/${nodeName}`;
