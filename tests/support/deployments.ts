import type { JsonObject } from "../../provider/core/manifest";

/** A Deployment as Flux's: labelled, and with pods by its `app`. */
export function controllerDeployment(
  namespace: string,
  component: string,
  name = component,
  replicas = 1,
): JsonObject {
  const labels = {
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/part-of": "flux",
    "app.kubernetes.io/instance": namespace,
  };
  const container = { name: "manager", image: "example.com/none" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [container], terminationGracePeriodSeconds: 1 },
      },
    },
  };
}
