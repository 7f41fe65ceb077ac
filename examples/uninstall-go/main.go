package main

import (
	"github.com/no--owner/flux-instance/sdk/go/fluxinstance"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		policy := config.Require(ctx, "deletionPolicy")
		flux, err := fluxinstance.NewFluxInstance(ctx, "flux", &fluxinstance.FluxInstanceArgs{
			Distribution:   &fluxinstance.DistributionArgs{Version: pulumi.String("2.9.x")},
			DeletionPolicy: fluxinstance.DeletionPolicy(policy),
		})
		if err != nil {
			return err
		}
		ctx.Export("version", flux.Version)
		return nil
	})
}
