// A program with nested args, secrets and enums, which exports every output.
package main

import (
	"github.com/no--owner/flux-instance/sdk/go/fluxinstance"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		kubeconfig := config.RequireSecret(ctx, "kubeconfig")
		if config.GetBool(ctx, "wrong") {
			return bad(ctx, kubeconfig)
		}
		return good(ctx, kubeconfig)
	})
}

func good(ctx *pulumi.Context, kubeconfig pulumi.StringOutput) error {
	url := pulumi.ToSecret(pulumi.String("oci://registry.example/a-secret-path/fleet")).(pulumi.StringOutput)
	flux, err := fluxinstance.NewFluxInstance(ctx, "flux", &fluxinstance.FluxInstanceArgs{
		Namespace: pulumi.String("flux-system"),
		Distribution: &fluxinstance.DistributionArgs{
			Version:      pulumi.String("2.9.x"),
			Registry:     pulumi.String("ghcr.io/fluxcd"),
			Variant:      fluxinstance.VariantUpstreamAlpine,
			UpdatePolicy: fluxinstance.UpdatePolicyLocked,
		},
		Components: fluxinstance.ComponentArray{
			fluxinstance.ComponentSourceController,
			fluxinstance.ComponentKustomizeController,
		},
		Cluster: &fluxinstance.ClusterArgs{
			Type:        fluxinstance.ClusterTypeKubernetes,
			Size:        fluxinstance.ClusterSizeSmall,
			Multitenant: pulumi.Bool(true),
		},
		CommonMetadata: &fluxinstance.CommonMetadataArgs{
			Labels: pulumi.StringMap{"team": pulumi.String("platform")},
		},
		Kustomize: &fluxinstance.KustomizeArgs{
			Patches: fluxinstance.PatchArray{
				&fluxinstance.PatchArgs{
					Target: &fluxinstance.PatchTargetArgs{
						Kind: pulumi.String("Deployment"),
						Name: pulumi.String("source-controller"),
					},
					Patch: pulumi.String(`[{"op": "add", "path": "/metadata/labels/patched", "value": "yes"}]`),
				},
			},
		},
		Sync: &fluxinstance.SyncArgs{
			Kind:           fluxinstance.SyncKindOCIRepository,
			Url:            url,
			Ref:            pulumi.String("latest").ToStringOutput(),
			Path:           pulumi.String("./"),
			Provider:       fluxinstance.SyncProviderGeneric,
			DeletionPolicy: fluxinstance.SyncDeletionPolicyOrphan,
		},
		// No controller runs, so the sync would never be ready.
		Wait:           pulumi.Bool(false),
		Timeout:        pulumi.String("3m"),
		DeletionPolicy: fluxinstance.DeletionPolicyUninstall,
		Kubeconfig:     kubeconfig,
	})
	if err != nil {
		return err
	}
	ctx.Export("version", flux.Version)
	ctx.Export("revision", flux.Revision)
	ctx.Export("artifactDigest", flux.ArtifactDigest)
	ctx.Export("images", flux.Components)
	ctx.Export("digest", flux.Components.Index(pulumi.Int(0)).Digest())
	ctx.Export("first", flux.Inventory.Index(pulumi.Int(0)).Id())
	ctx.Export("namespace", flux.Namespace)
	ctx.Export("ready", flux.Ready)
	return nil
}

func bad(ctx *pulumi.Context, kubeconfig pulumi.StringOutput) error {
	_, err := fluxinstance.NewFluxInstance(ctx, "flux", &fluxinstance.FluxInstanceArgs{
		Distribution: &fluxinstance.DistributionArgs{Version: pulumi.String("2.9.x")},
		Components:   fluxinstance.ComponentArray{fluxinstance.Component("flagger")},
		Sync: &fluxinstance.SyncArgs{
			Kind: fluxinstance.SyncKindGitRepository,
			Url:  pulumi.String("ftp://example.com"),
			Ref:  pulumi.String("refs/heads/main"),
			Path: pulumi.String("./"),
		},
		Timeout:    pulumi.String("soon"),
		Kubeconfig: kubeconfig,
	})
	return err
}
