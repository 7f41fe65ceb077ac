import pulumi
import pulumi_flux_instance as flux

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    deletion_policy=flux.DeletionPolicy(pulumi.Config().require("deletionPolicy")),
)

pulumi.export("version", instance.version)
