import { isObject, type JsonObject, type Manifest } from "../../provider/core/manifest";
import { child, text } from "./kubernetes/identity";

/** An API version, the minor of Flux 2 that began to serve it, and the one that stopped. */
interface Served {
  readonly name: string;
  readonly from?: number;
  readonly until?: number;
}

const V1BETA1: Served = { name: "v1beta1", until: 7 };
const V1BETA2: Served = { name: "v1beta2", until: 8 };
const V1BETA2_LONGER: Served = { name: "v1beta2", until: 9 };
const V1: Served = { name: "v1" };
const v1From = (from: number): Served => ({ name: "v1", from });

/**
 * The API versions of Flux's kinds since 2.2, the newest one last; a release stores the newest one that it serves.
 * https://github.com/fluxcd/flux2/releases
 */
const HISTORY: Readonly<Record<string, readonly Served[]>> = {
  Alert: [V1BETA1, V1BETA2_LONGER, { name: "v1beta3" }],
  ArtifactGenerator: [{ name: "v1beta1", from: 7 }],
  Bucket: [V1BETA1, V1BETA2, v1From(4)],
  ExternalArtifact: [v1From(7)],
  GitRepository: [V1BETA1, V1BETA2, V1],
  HelmChart: [V1BETA1, V1BETA2, v1From(3)],
  HelmRelease: [
    { name: "v2beta1", until: 7 },
    { name: "v2beta2", until: 8 },
    { name: "v2", from: 3 },
  ],
  HelmRepository: [V1BETA1, V1BETA2, v1From(3)],
  ImagePolicy: [V1BETA1, V1BETA2_LONGER, v1From(7)],
  ImageRepository: [V1BETA1, V1BETA2_LONGER, v1From(7)],
  ImageUpdateAutomation: [V1BETA1, { ...V1BETA2_LONGER, from: 3 }, v1From(7)],
  Kustomization: [V1BETA1, V1BETA2, V1],
  OCIRepository: [V1BETA2, v1From(6)],
  Provider: [V1BETA1, V1BETA2_LONGER, { name: "v1beta3" }],
  Receiver: [V1BETA1, V1BETA2_LONGER, V1],
};

/**
 * The manifests of one component with its definitions as a version of Flux had them. Every API version has the newest
 * schema: only their names matter to an upgrade. A component whose kinds did not exist yet has no manifests.
 */
export function withApiVersionsOf(
  version: string,
  manifests: readonly Manifest[],
): readonly Manifest[] {
  const minor = Number(version.split(".")[1]);
  const isDefinition = ({ kind }: Manifest): boolean => kind === "CustomResourceDefinition";
  const made = manifests.flatMap((manifest) =>
    isDefinition(manifest) ? definitionAt(minor, manifest) : [manifest],
  );
  return manifests.some(isDefinition) && !made.some(isDefinition) ? [] : made;
}

function definitionAt(minor: number, manifest: Manifest): readonly Manifest[] {
  const spec = child(manifest, "spec");
  const kind = text(child(spec, "names")["kind"]);
  const history = HISTORY[kind];
  if (history === undefined) throw new Error(`there is no history of ${kind}`);
  const served = history.filter(({ from = 0, until = Infinity }) => from <= minor && minor < until);
  const newest = newestOf(spec);
  const versions = served.map(({ name }, index) => ({
    ...newest,
    name,
    served: true,
    storage: index === served.length - 1,
  }));
  return versions.length === 0 ? [] : [{ ...manifest, spec: { ...spec, versions } }];
}

function newestOf({ versions }: JsonObject): JsonObject {
  const all = Array.isArray(versions) ? versions.filter((version) => isObject(version)) : [];
  const stored = all.find(({ storage }) => storage === true);
  if (stored === undefined) throw new Error("the definition stores no version");
  return stored;
}
