import pulumi
import pulumi_flux_instance as flux
import pulumi_kubernetes as kubernetes

kubeconfig = pulumi.Config().require_secret("kubeconfig")
cluster = kubernetes.Provider("cluster", kubeconfig=kubeconfig)

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.9.x"),
    opts=pulumi.ResourceOptions(providers={"kubernetes": cluster}),
)

pulumi.export("version", instance.version)
