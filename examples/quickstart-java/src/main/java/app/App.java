package app;

import com.pulumi.Pulumi;
import io.github.noowner.fluxinstance.FluxInstance;
import io.github.noowner.fluxinstance.FluxInstanceArgs;
import io.github.noowner.fluxinstance.enums.ClusterSize;
import io.github.noowner.fluxinstance.inputs.ClusterArgs;
import io.github.noowner.fluxinstance.inputs.DistributionArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            // A component of a package takes no provider in Java; `pulumi config set --secret kubeconfig` names the cluster.
            var flux = new FluxInstance("flux", FluxInstanceArgs.builder()
                .distribution(DistributionArgs.builder().version("2.9.x").build())
                .cluster(ClusterArgs.builder().size(ClusterSize.Small).build())
                .kubeconfig(ctx.config().requireSecret("kubeconfig"))
                .build());
            ctx.export("version", flux.version());
            ctx.export("revision", flux.revision());
        });
    }
}
