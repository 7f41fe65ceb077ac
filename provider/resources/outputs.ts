/** The token of the component. */
export const FLUX_INSTANCE = "flux-instance:index:FluxInstance";

/** The names of its outputs, as in schema.json. */
export const OUTPUTS = [
  "version",
  "revision",
  "artifactDigest",
  "components",
  "inventory",
  "namespace",
  "ready",
] as const;

/** The token of a lifecycle resource, and the names of its outputs. */
export type LifecycleToken = readonly [token: string, outputs: readonly string[]];

/** The resources of our own; they are internal, so they are not in schema.json. */
export const LIFECYCLE = {
  /** Keeps what a distribution resolved to. */
  lock: ["flux-instance:index:Lock", ["version", "digest"]],
  /** Keeps whose the objects are, and in which cluster. */
  identity: ["flux-instance:index:Identity", ["owner", "token", "cluster", "server"]],
  /** Judges a change before it happens, and keeps the same as Identity. */
  transition: [
    "flux-instance:index:Transition",
    ["owner", "cluster", "lineage", "left", "volume", "absences"],
  ],
  /** Takes over what is there already. */
  adoption: ["flux-instance:index:Adoption", ["adopted"]],
  /** Rewrites stored objects to versions that a definition has. */
  storageMigration: ["flux-instance:index:StorageMigration", ["storage"]],
  /** Deletes an object that the engine retains. */
  removal: ["flux-instance:index:Removal", []],
  /** Frees custom resources from Flux's finalizers when their controller is gone. */
  uninstallGate: ["flux-instance:index:UninstallGate", []],
  /** Waits until Flux is ready. */
  readiness: ["flux-instance:index:Readiness", ["ready", "token"]],
} as const satisfies Readonly<Record<string, LifecycleToken>>;
