package app;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.core.Output;
import io.github.noowner.fluxinstance.FluxInstance;
import io.github.noowner.fluxinstance.FluxInstanceArgs;
import io.github.noowner.fluxinstance.enums.ClusterSize;
import io.github.noowner.fluxinstance.enums.ClusterType;
import io.github.noowner.fluxinstance.enums.Component;
import io.github.noowner.fluxinstance.enums.DeletionPolicy;
import io.github.noowner.fluxinstance.enums.SyncDeletionPolicy;
import io.github.noowner.fluxinstance.enums.SyncKind;
import io.github.noowner.fluxinstance.enums.SyncProvider;
import io.github.noowner.fluxinstance.enums.UpdatePolicy;
import io.github.noowner.fluxinstance.enums.Variant;
import io.github.noowner.fluxinstance.inputs.ClusterArgs;
import io.github.noowner.fluxinstance.inputs.CommonMetadataArgs;
import io.github.noowner.fluxinstance.inputs.DistributionArgs;
import io.github.noowner.fluxinstance.inputs.KustomizeArgs;
import io.github.noowner.fluxinstance.inputs.PatchArgs;
import io.github.noowner.fluxinstance.inputs.PatchTargetArgs;
import io.github.noowner.fluxinstance.inputs.SyncArgs;
import java.util.Map;
import java.util.stream.Collectors;

/** A program with nested args, secrets and enums, which exports every output. */
public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        if (ctx.config().getBoolean("wrong").orElse(false)) {
            bad(ctx);
        } else {
            good(ctx);
        }
    }

    private static void good(Context ctx) {
        var flux = new FluxInstance("flux", FluxInstanceArgs.builder()
            .namespace("flux-system")
            .distribution(DistributionArgs.builder()
                .version("2.9.x")
                .registry("ghcr.io/fluxcd")
                .variant(Variant.UpstreamAlpine)
                .updatePolicy(UpdatePolicy.Locked)
                .build())
            .components(Component.SourceController, Component.KustomizeController)
            .cluster(ClusterArgs.builder()
                .type(ClusterType.Kubernetes)
                .size(ClusterSize.Small)
                .multitenant(true)
                .build())
            .commonMetadata(CommonMetadataArgs.builder().labels(Map.of("team", "platform")).build())
            .kustomize(KustomizeArgs.builder()
                .patches(PatchArgs.builder()
                    .target(PatchTargetArgs.builder().kind("Deployment").name("source-controller").build())
                    .patch("[{\"op\": \"add\", \"path\": \"/metadata/labels/patched\", \"value\": \"yes\"}]")
                    .build())
                .build())
            .sync(SyncArgs.builder()
                .kind(SyncKind.OCIRepository)
                .url(Output.ofSecret("oci://registry.example/a-secret-path/fleet"))
                .ref(Output.of("latest"))
                .path("./")
                .provider(SyncProvider.Generic)
                .deletionPolicy(SyncDeletionPolicy.Orphan)
                .build())
            // No controller runs, so the sync would never be ready.
            .wait_(false)
            .timeout("3m")
            .deletionPolicy(DeletionPolicy.Uninstall)
            .kubeconfig(ctx.config().requireSecret("kubeconfig"))
            .build());
        ctx.export("version", flux.version());
        ctx.export("revision", flux.revision());
        ctx.export("artifactDigest", flux.artifactDigest());
        // What is exported can't be of a class of the SDK in Java.
        ctx.export("images", flux.components().applyValue(images -> images.stream()
            .map(image -> Map.of("name", image.name(), "repository", image.repository(), "tag", image.tag()))
            .collect(Collectors.toList())));
        ctx.export("digest", flux.components().applyValue(images -> images.get(0).digest().orElseThrow()));
        ctx.export("first", flux.inventory().applyValue(entries -> entries.get(0).id()));
        ctx.export("namespace", flux.namespace());
        ctx.export("ready", flux.ready());
    }

    private static void bad(Context ctx) {
        new FluxInstance("flux", FluxInstanceArgs.builder()
            .distribution(DistributionArgs.builder().version("2.9.x").build())
            .sync(SyncArgs.builder()
                .kind(SyncKind.GitRepository)
                .url("ftp://example.com")
                .ref("refs/heads/main")
                .path("./")
                .build())
            .timeout("soon")
            .kubeconfig(ctx.config().requireSecret("kubeconfig"))
            .build());
    }
}
