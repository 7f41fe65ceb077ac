package main

import (
	"github.com/no--owner/flux-instance/sdk/go/fluxinstance"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		var clusters map[string]string
		settings.RequireObject("clusters", &clusters)
		versions := pulumi.StringMap{}
		// The names of the instances are kept in the state: keep the names of the clusters.
		for name, version := range clusters {
			flux, err := fluxinstance.NewFluxInstance(ctx, name, &fluxinstance.FluxInstanceArgs{
				Distribution: &fluxinstance.DistributionArgs{Version: pulumi.String(version)},
				Kubeconfig:   settings.RequireSecret("kubeconfig-" + name),
			})
			if err != nil {
				return err
			}
			versions[name] = flux.Version
		}
		ctx.Export("versions", versions)
		return nil
	})
}
