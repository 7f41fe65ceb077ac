import pulumi
import pulumi_flux_instance as flux

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    cluster=flux.ClusterArgs(size=flux.ClusterSize.SMALL),
)

pulumi.export("version", instance.version)
pulumi.export("revision", instance.revision)
