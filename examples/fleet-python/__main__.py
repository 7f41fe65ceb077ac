import pulumi
import pulumi_flux_instance as flux

config = pulumi.Config()
versions = {}

# The names of the instances are kept in the state: keep the names of the clusters.
for name, version in config.require_object("clusters").items():
    instance = flux.FluxInstance(
        name,
        distribution=flux.DistributionArgs(version=version),
        kubeconfig=config.require_secret(f"kubeconfig-{name}"),
    )
    versions[name] = instance.version

pulumi.export("versions", versions)
