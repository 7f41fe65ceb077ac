import json

import pulumi
import pulumi_flux_instance as flux

config = pulumi.Config()
kubeconfig = config.require_secret("kubeconfig")


def good() -> None:
    instance = flux.FluxInstance(
        "flux",
        namespace="flux-system",
        distribution=flux.DistributionArgs(
            version="2.9.x",
            registry="ghcr.io/fluxcd",
            variant=flux.Variant.UPSTREAM_ALPINE,
            update_policy=flux.UpdatePolicy.LOCKED,
        ),
        components=[flux.Component.SOURCE_CONTROLLER, "kustomize-controller"],
        cluster={
            "type": flux.ClusterType.KUBERNETES,
            "size": flux.ClusterSize.SMALL,
            "multitenant": True,
        },
        common_metadata=flux.CommonMetadataArgs(labels={"team": "platform"}),
        kustomize=flux.KustomizeArgs(
            patches=[
                flux.PatchArgs(
                    target=flux.PatchTargetArgs(kind="Deployment", name="source-controller"),
                    patch=json.dumps([{"op": "add", "path": "/metadata/labels/patched", "value": "yes"}]),
                )
            ]
        ),
        sync=flux.SyncArgs(
            kind=flux.SyncKind.OCI_REPOSITORY,
            url=pulumi.Output.secret("oci://registry.example/a-secret-path/fleet"),
            ref=pulumi.Output.from_input("latest"),
            path="./",
            provider=flux.SyncProvider.GENERIC,
            deletion_policy=flux.SyncDeletionPolicy.ORPHAN,
        ),
        # No controller runs, so the sync would never be ready.
        wait=False,
        timeout="3m",
        deletion_policy=flux.DeletionPolicy.UNINSTALL,
        kubeconfig=kubeconfig,
    )
    pulumi.export("version", instance.version)
    pulumi.export("revision", instance.revision)
    pulumi.export("artifactDigest", instance.artifact_digest)
    pulumi.export("images", instance.components)
    pulumi.export("digest", instance.components.apply(lambda images: images[0].digest))
    pulumi.export("first", instance.inventory.apply(lambda entries: entries[0].id))
    pulumi.export("namespace", instance.namespace)
    pulumi.export("ready", instance.ready)


def bad() -> None:
    flux.FluxInstance(
        "flux",
        distribution=flux.DistributionArgs(version="2.9.x"),
        components=["flagger"],
        sync=flux.SyncArgs(
            kind="GitRepository", url="ftp://example.com", ref="refs/heads/main", path="./"
        ),
        timeout="soon",
        kubeconfig=kubeconfig,
    )


if config.get_bool("wrong"):
    bad()
else:
    good()
