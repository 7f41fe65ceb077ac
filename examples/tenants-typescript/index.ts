import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const ACCOUNT = "flux";

const flux = new FluxInstance("flux", {
  distribution: { version: "2.9.x" },
  cluster: { multitenant: true, tenantDefaultServiceAccount: ACCOUNT },
});

for (const tenant of new pulumi.Config().requireObject<string[]>("tenants")) {
  const { metadata } = new kubernetes.core.v1.Namespace(tenant, { metadata: { name: tenant } });
  const inNamespace = { name: ACCOUNT, namespace: metadata.name };
  new kubernetes.core.v1.ServiceAccount(tenant, { metadata: inNamespace });
  // What Flux may do for the tenant: all that its own admin may, in this namespace only.
  new kubernetes.rbac.v1.RoleBinding(tenant, {
    metadata: inNamespace,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
    subjects: [{ kind: "ServiceAccount", ...inNamespace }],
  });
}

export const { version } = flux;
