import { FLUX_CONTROLLERS, startFluxControllers } from "../tests/support/flux-controllers";
import { createProject, type Project } from "../tests/support/engine";
import { applyFluxObjects } from "../tests/support/flux-objects";
import { fluxProgram, syncFrom } from "../tests/support/flux-suite";
import { objectsOf } from "../tests/support/flux/objects-of";
import { pushFluxSource, type FluxSource } from "../tests/support/flux/source";
import { startControlPlane, type ControlPlane } from "../tools/control-plane";
import { provide } from "../tools/provide";
import { startRegistry } from "../tools/registry";
import { seconds, type Figure } from "./measure";

const AMOUNTS = { kustomizations: 50, helmReleases: 30, namespaces: 10 };
const POLICIES = ["Uninstall", "KeepCRDs", "Retain"] as const;

/** How long a destroy takes by policy, with running controllers and many custom resources. */
export async function benchDestroy(): Promise<readonly Figure[]> {
  const programs = await provide(["registry", ...FLUX_CONTROLLERS]);
  const cluster = await startControlPlane();
  const registry = await startRegistry({ program: programs.registry });
  const source = await pushFluxSource(registry.address);
  const { kubeconfig } = cluster;
  const controllers = await startFluxControllers({ kubeconfig, programs });
  const project = await createProject();
  try {
    const figures: Figure[] = [];
    for (const policy of POLICIES) figures.push(await destroy(project, cluster, source, policy));
    return figures;
  } finally {
    project.remove();
    for (const started of [controllers, registry, cluster]) await started.stop();
  }
}

async function destroy(
  project: Project,
  cluster: ControlPlane,
  source: FluxSource,
  deletionPolicy: string,
): Promise<Figure> {
  const given = { cluster, sync: syncFrom(source) };
  // What the policy before has left is taken over.
  const stack = await project.stack("destroy", fluxProgram(given, { deletionPolicy, adopt: true }));
  await stack.up();
  await applyFluxObjects(objectsOf(cluster.kubeconfig), source, AMOUNTS);
  const value = `${(await seconds(() => stack.destroy())).toFixed(1)} s`;
  const { kustomizations, helmReleases } = AMOUNTS;
  const what = `destroy, ${deletionPolicy}, ${kustomizations} Kustomizations, ${helmReleases} HelmReleases`;
  return { what, value, goal: "< 60 s" };
}
