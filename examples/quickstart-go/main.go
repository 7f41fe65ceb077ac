package main

import (
	"github.com/no--owner/flux-instance/sdk/go/fluxinstance"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		flux, err := fluxinstance.NewFluxInstance(ctx, "flux", &fluxinstance.FluxInstanceArgs{
			Distribution: &fluxinstance.DistributionArgs{Version: pulumi.String("2.9.x")},
			Cluster:      &fluxinstance.ClusterArgs{Size: fluxinstance.ClusterSizeSmall},
		})
		if err != nil {
			return err
		}
		ctx.Export("version", flux.Version)
		ctx.Export("revision", flux.Revision)
		return nil
	})
}
