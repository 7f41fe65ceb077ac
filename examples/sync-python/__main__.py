import pulumi
import pulumi_flux_instance as flux
import pulumi_kubernetes as kubernetes

config = pulumi.Config()

namespace = kubernetes.core.v1.Namespace("flux-system", metadata={"name": "flux-system"})
login = kubernetes.core.v1.Secret(
    "fleet-login",
    metadata={"name": "fleet-login", "namespace": namespace.metadata.name},
    string_data=config.require_secret_object("login"),
)

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    sync=flux.SyncArgs(
        kind=flux.SyncKind.GIT_REPOSITORY,
        url=config.require("url"),
        ref="refs/heads/" + config.require("branch"),
        path=config.require("path"),
        pull_secret="fleet-login",
    ),
    opts=pulumi.ResourceOptions(depends_on=[login]),
)

# Known when Flux has synced the repository: what uses it waits for that.
pulumi.export("ready", instance.ready)
pulumi.export("version", instance.version)
