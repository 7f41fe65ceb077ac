import type { Manifest } from "../../provider/core/manifest";
import type { Controller } from "./controllers";
import { componentLabels } from "./labels";

/** The Services in front of a controller. */
export function services({ name: app, endpoints }: Controller): readonly Manifest[] {
  return endpoints.map(({ name, targetPort, controlPlane }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { labels: { ...componentLabels(app), "control-plane": controlPlane }, name },
    spec: {
      ports: [{ name: "http", port: 80, protocol: "TCP", targetPort }],
      selector: { app },
      type: "ClusterIP",
    },
  }));
}
