import type { Json, Manifest } from "../../provider/core/manifest";
import type { Release } from "./release";

/** The NetworkPolicies of a release: inside traffic and egress, metrics, webhooks. */
export function policies({ webhookPort }: Release): readonly Manifest[] {
  return [
    networkPolicy("allow-egress", {
      egress: [{}],
      ingress: [{ from: [{ podSelector: {} }] }],
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    }),
    networkPolicy("allow-scraping", {
      ingress: [fromAnyNamespace(8080)],
      podSelector: {},
      policyTypes: ["Ingress"],
    }),
    networkPolicy("allow-webhooks", {
      ingress: [fromAnyNamespace(webhookPort)],
      podSelector: { matchLabels: { app: "notification-controller" } },
      policyTypes: ["Ingress"],
    }),
  ];
}

function networkPolicy(name: string, spec: Json): Manifest {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec };
}

function fromAnyNamespace(port: number | undefined): Json {
  return {
    from: [{ namespaceSelector: {} }],
    ...(port === undefined ? {} : { ports: [{ port, protocol: "TCP" }] }),
  };
}
