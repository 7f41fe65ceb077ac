import pulumi
import pulumi_flux_instance as flux

shards = pulumi.Config().require_object("shards")

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    cluster=flux.ClusterArgs(size=flux.ClusterSize.MEDIUM),
    sharding=flux.ShardingArgs(shards=shards),
)

pulumi.export("version", instance.version)
pulumi.export("components", instance.components)
