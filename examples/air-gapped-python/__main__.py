import pulumi
import pulumi_flux_instance as flux
import pulumi_kubernetes as kubernetes

config = pulumi.Config()
registry = config.require("registry")
login = {"username": config.require("username"), "password": config.require_secret("password")}

# The nodes pull the images with this login.
namespace = kubernetes.core.v1.Namespace("flux-system", metadata={"name": "flux-system"})
secret = kubernetes.core.v1.Secret(
    "regcred",
    metadata={"name": "regcred", "namespace": namespace.metadata.name},
    type="kubernetes.io/dockerconfigjson",
    string_data={".dockerconfigjson": pulumi.Output.json_dumps({"auths": {registry: login}})},
)

instance = flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(
        version="2.9.x",
        artifact=f"oci://{registry}/flux/manifests",
        artifact_credentials=flux.ArtifactCredentialsArgs(**login),
        verify=flux.VerificationArgs(public_key=config.require("cosignPublicKey")),
        registry=f"{registry}/fluxcd",
        variant=flux.Variant.UPSTREAM_ALPINE,
        image_pull_secret="regcred",
    ),
    opts=pulumi.ResourceOptions(depends_on=[secret]),
)

pulumi.export("version", instance.version)
pulumi.export("artifactDigest", instance.artifact_digest)
pulumi.export("components", instance.components)
