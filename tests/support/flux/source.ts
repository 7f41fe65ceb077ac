import { digestOf } from "../../../provider/core/oci/digest";
import { IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import { tarGzip } from "../registries/archive";
import { artifactOf, push, type TestArtifact } from "../registries/artifact";

/** What the objects of a test are made from, in a registry without TLS. */
export interface FluxSource {
  /** `oci://…` of an artifact with a Deployment and a ConfigMap, both named `workload`. */
  readonly manifests: string;
  /** `oci://…` of an artifact with the same in a Namespace `apps` of its own, for the sync of an instance. */
  readonly fleet: string;
  /** `oci://…` of a Helm chart with the same, named after the release. */
  readonly chart: string;
  readonly tag: string;
}

/** https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380 */
const CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json";
export const CHART_CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

const TAG = "1.0.0";

/** Pushes both sources into a registry: the manifests as `flux push artifact` does, the chart as `helm push`. */
export async function pushFluxSource(registry: string): Promise<FluxSource> {
  const pushTo = async (repository: string, artifact: TestArtifact): Promise<string> => {
    const client = new RegistryClient({ registry, repository }, { surroundings: {} });
    await push(client, artifact, TAG);
    return `oci://${registry}/${repository}`;
  };
  const manifests = tarGzip([{ name: "workload.yaml", content: workload("workload") }]);
  return {
    manifests: await pushTo("manifests", artifactOf(manifests)),
    fleet: await pushTo("fleet", artifactOf(tarGzip([{ name: "fleet.yaml", content: fleet }]))),
    chart: await pushTo("charts/workload", chart()),
    tag: TAG,
  };
}

function chart(): TestArtifact {
  const metadata = { apiVersion: "v2", name: "workload", version: TAG };
  const layer = tarGzip([
    { name: "workload/Chart.yaml", content: JSON.stringify(metadata) },
    { name: "workload/templates/workload.yaml", content: workload("{{ .Release.Name }}") },
  ]);
  const config = Buffer.from(JSON.stringify(metadata));
  const describe = (mediaType: string, content: Buffer) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE_MANIFEST,
      config: describe(CHART_CONFIG, config),
      layers: [describe(CHART_CONTENT, layer)],
    }),
  );
  const blobs = new Map([config, layer].map((content) => [digestOf(content), content] as const));
  return { manifest, digest: digestOf(manifest), layer: digestOf(layer), blobs };
}

const workload = (name: string, namespace?: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${inNamespace(namespace)}
spec:
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: registry.invalid/web:1
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}${inNamespace(namespace)}
data:
  key: value
`;

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? "" : `\n  namespace: ${namespace}`;
}

const fleet = `apiVersion: v1
kind: Namespace
metadata:
  name: apps
---
${workload("workload", "apps")}`;
