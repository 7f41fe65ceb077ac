import pulumi
import pulumi_flux_instance as flux

config = pulumi.Config()

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version=config.require("version")),
    adopt=config.require_bool("adopt"),
    kubeconfig=config.require_secret("kubeconfig"),
)

pulumi.export("version", instance.version)
