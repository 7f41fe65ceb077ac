using System.Collections.Generic;
using Pulumi;
using Pulumi.FluxInstance;
using Pulumi.FluxInstance.Inputs;

return await Deployment.RunAsync(() =>
{
    var flux = new FluxInstance("flux", new()
    {
        Distribution = new DistributionArgs { Version = "2.9.x" },
        Cluster = new ClusterArgs { Size = ClusterSize.Small },
    });

    return new Dictionary<string, object?>
    {
        ["version"] = flux.Version,
        ["revision"] = flux.Revision,
    };
});
