import assert from "node:assert/strict";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { startRegistry, type Registry } from "../../tools/registry";
import { requireTools } from "../tools/require-tools";
import { useCluster, type Suite } from "./cluster-suite";
import { FLUX_CONTROLLERS, startFluxControllers, type FluxControllers } from "./flux-controllers";
import { pushFluxSource, type FluxSource } from "./flux/source";
import type { Objects } from "./kubernetes/objects";
import { instance } from "./operation";

/** What a suite with running controllers works with, from its first test to its last. */
export interface FluxSuite extends Suite {
  readonly controllers: FluxControllers;
  readonly source: FluxSource;
  /** The cluster past Pulumi. */
  readonly objects: Objects;
  /** The sync of an instance that makes the Deployment `apps/workload`. */
  readonly sync: Sync;
}

type Sync = Readonly<Record<string, string>>;

/** What a program of `fluxProgram` is made of. */
interface Given {
  readonly cluster: { readonly kubeconfig: string };
  readonly sync: Sync;
}

/** A sync that makes the Deployment `apps/workload`. */
export function syncFrom({ fleet, tag }: FluxSource): Sync {
  return { kind: "OCIRepository", url: fleet, ref: tag, path: "./" };
}

/** A program with one instance of the controllers that run, which syncs from the suite's registry. */
export function fluxProgram(given: Given, args: object = {}): PulumiFn {
  return instance(() => ({
    distribution: { version: "2.9.x" },
    components: [...FLUX_CONTROLLERS],
    sync: given.sync,
    // The registry has no TLS, and a sync has no option for that.
    kustomize: { patches: [{ target: { kind: "OCIRepository" }, patch: INSECURE }] },
    kubeconfig: given.cluster.kubeconfig,
    ...args,
  }));
}

const INSECURE = `[{ "op": "add", "path": "/spec/insecure", "value": true }]`;

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
      return suite.cluster.objects;
    },
    get sync() {
      return syncFrom(started(source));
    },
    get controllers() {
      return started(controllers);
    },
    get source() {
      return started(source);
    },
  };
}
