import pulumi
import pulumi_flux_instance as flux
import pulumi_kubernetes as kubernetes

ACCOUNT = "flux"

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    cluster=flux.ClusterArgs(multitenant=True, tenant_default_service_account=ACCOUNT),
)

for tenant in pulumi.Config().require_object("tenants"):
    namespace = kubernetes.core.v1.Namespace(tenant, metadata={"name": tenant})
    in_namespace = {"name": ACCOUNT, "namespace": namespace.metadata.name}
    kubernetes.core.v1.ServiceAccount(tenant, metadata=in_namespace)
    # What Flux may do for the tenant: all that its own admin may, in this namespace only.
    kubernetes.rbac.v1.RoleBinding(
        tenant,
        metadata=in_namespace,
        role_ref={
            "api_group": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "admin",
        },
        subjects=[{"kind": "ServiceAccount", **in_namespace}],
    )

pulumi.export("version", instance.version)
