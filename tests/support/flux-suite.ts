import assert from "node:assert/strict";
import { startRegistry, type Registry } from "../../tools/registry";
import { requireTools } from "../tools/require-tools";
import { useCluster, type Suite } from "./cluster-suite";
import { FLUX_CONTROLLERS, startFluxControllers, type FluxControllers } from "./flux-controllers";
import { objectsOf } from "./flux/objects-of";
import { pushFluxSource, type FluxSource } from "./flux/source";
import type { Objects } from "./kubernetes-plugin/objects";

/** What a suite with running controllers works with, from its first test to its last. */
export interface FluxSuite extends Suite {
  readonly controllers: FluxControllers;
  readonly source: FluxSource;
  /** The cluster past Pulumi; asked anew each time, as kinds come and go with their CRDs. */
  readonly objects: Objects;
}

/**
 * Gives the surrounding `describe` a cluster and a Pulumi project of its own, with Flux's controllers as processes
 * beside it and a registry that they pull from.
 */
export function useFlux(): FluxSuite {
  let registry: Registry | undefined;
  let controllers: FluxControllers | undefined;
  let source: FluxSource | undefined;

  // Hooks run in order: the controllers end before the cluster does.
  after(async () => {
    await controllers?.stop();
    await registry?.stop();
  });
  const suite = useCluster();
  before(async function () {
    const programs = await requireTools(this, ["registry", ...FLUX_CONTROLLERS]);
    registry = await startRegistry({ program: programs.registry });
    source = await pushFluxSource(registry.address);
    controllers = await startFluxControllers({ kubeconfig: suite.cluster.kubeconfig, programs });
  });

  const started = <Part>(part: Part | undefined): Part => {
    assert.ok(part !== undefined, "all starts with the suite");
    return part;
  };
  return {
    get cluster() {
      return suite.cluster;
    },
    get project() {
      return suite.project;
    },
    get objects() {
      return objectsOf(suite.cluster.kubeconfig);
    },
    get controllers() {
      return started(controllers);
    },
    get source() {
      return started(source);
    },
  };
}
