type Environment = Readonly<Record<string, string | undefined>>;

/** The provider's configuration. */
export interface Settings {
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly serverSideApply: boolean;
  readonly upsert: boolean;
  readonly patchForce: boolean;
  readonly secretMutable: boolean;
  readonly configMapMutable: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  /** How long a Service must be quiet, in milliseconds; the real plugin takes 10 s. */
  readonly settle: number;
  /** A file that gets one JSON line per write request; empty for none. */
  readonly logFile: string;
}

/** Reads the configuration; a key that is not set falls back to the plugin's environment variable. */
export function readSettings(values: ReadonlyMap<string, string>, env: Environment): Settings {
  const value = (key: string): string => values.get(key) ?? "";
  const flag = (key: string, variable: string, otherwise = false): boolean => {
    const given = values.get(key) ?? env[variable];
    return given === undefined || given === "" ? otherwise : given === "true";
  };
  return {
    kubeconfig: value("kubeconfig"),
    context: value("context"),
    cluster: value("cluster"),
    namespace: value("namespace"),
    serverSideApply: flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true),
    upsert: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    settle: Number(env["FLUX_INSTANCE_STANDIN_SETTLE_MS"] ?? 10_000),
    logFile: env["FLUX_INSTANCE_STANDIN_LOG"] ?? "",
  };
}
