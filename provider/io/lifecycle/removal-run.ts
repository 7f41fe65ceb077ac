import { idOf, printReference } from "../../core/lifecycle/ownership";
import { planRemoval, type RemovalPlan } from "../../core/lifecycle/removal";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { DEFINITIONS } from "../cluster/types";
import { readMetadata } from "./adoption-objects";
import type { Call } from "./lifecycle";
import { FIELD_MANAGER, release } from "./release";
import { holdsAny, holdsClaim, holdsDefinition, holdsNamespace, printCount } from "./removal-holds";
import type { Retained } from "./removal-inputs";
import { definedKind, findRetained, uidOf, type FoundObject } from "./removal-objects";
import { untilGone } from "./removal-wait";
import { requireRights, type Right } from "./rights";
import { requireStopped } from "./uninstall-controllers";
import { requireNotHeld } from "./uninstall-held";
import { stripFinalizers, stripObject } from "./uninstall-strip";

/**
 * Deletes an object that the engine retains, or releases it, and waits until it is gone. Only an object that carries the id of
 * the instance is touched.
 *
 * @param wanted what shall stay in the cluster; empty while Flux is being destroyed
 * @throws ClusterError
 */
export async function remove(
  cluster: Cluster,
  retained: Retained,
  wanted: readonly string[],
  call: Call,
): Promise<void> {
  const { object, owner } = retained;
  const title = printReference(object);
  const found = await findRetained(cluster, object);
  if (found === undefined) return;
  const id = idOf(found.live);
  if (id !== owner) {
    const whose = id === undefined ? "no FluxInstance" : `the FluxInstance with the id ${id}`;
    call.info(`${title} stays: it belongs to ${whose}`);
    return;
  }
  const plan = planRemoval({ ...retained, kind: object.kind }, wanted);
  if (plan.fate === "release") {
    if (plan.suspends) await suspend(cluster, found, title, call);
    await release(cluster, found);
    call.info(`${title} stays, by deletionPolicy ${retained.deletionPolicy}`);
    return;
  }
  const removing = { cluster, retained, found, title, plan, call };
  await (object.kind === "CustomResourceDefinition"
    ? removeDefinition(removing)
    : removeOther(removing));
}

interface Removing {
  readonly cluster: Cluster;
  readonly retained: Retained;
  readonly found: FoundObject;
  readonly title: string;
  readonly plan: RemovalPlan;
  readonly call: Call;
}

/** With a definition go its custom resources, which nothing may hold then. */
async function removeDefinition(removing: Removing): Promise<void> {
  const { cluster, found, retained, plan, call, title } = removing;
  const kind = await definedKind(cluster, found.name.name);
  if (kind === undefined) return;
  await requireRights(cluster, `delete ${title}`, [
    { verb: "delete", type: DEFINITIONS },
    { verb: "list", type: kind },
    { verb: "patch", type: kind },
  ]);
  if (plan.requiresStopped) await requireStopped(cluster, retained);
  const [counted] = await stripFinalizers(cluster, [kind], { show: call.info });
  await requireNotHeld(cluster, [kind]);
  if (counted !== undefined && counted.found > 0) {
    const count = `${printCount(counted.found)} ${kind.kind}`;
    call.info(`${count} are deleted with their definition; what Flux has deployed stays`);
  }
  if (!(await deleteOnly(cluster, found))) return;
  await untilGone(
    cluster,
    { ...found, title, holds: () => holdsDefinition(cluster, found, kind) },
    call,
  );
}

/** A sync object, a volume claim or the Namespace. */
async function removeOther(removing: Removing): Promise<void> {
  const { cluster, found, retained, plan, call, title } = removing;
  await requireRights(cluster, `delete ${title}`, rightsFor(found, plan));
  if (plan.requiresStopped) await requireStopped(cluster, retained);
  if (plan.suspends) await suspend(cluster, found, title, call);
  if (!(await deleteOnly(cluster, found))) return;
  if (plan.strips) await strip(removing);
  await untilGone(cluster, { ...found, title, holds: () => holds(removing) }, call);
}

/** After the delete, because a running controller would put its finalizer back before it. */
async function strip({ cluster, found: { type, name, uid } }: Removing): Promise<void> {
  const live = await readMetadata(cluster, type, name);
  if (live !== undefined && uidOf(live) === uid) await stripObject(cluster, type, live);
}

function rightsFor({ type, name }: FoundObject, plan: RemovalPlan): readonly Right[] {
  const { namespace } = name;
  const scope = namespace === undefined ? {} : { namespace };
  const verbs =
    plan.strips || plan.suspends ? (["delete", "patch"] as const) : (["delete"] as const);
  return verbs.map((verb) => ({ verb, type, ...scope }));
}

/**
 * kustomize-controller finalizes a suspended Kustomization without pruning.
 * https://github.com/fluxcd/kustomize-controller/blob/v1.9.4/internal/controller/kustomization_controller.go#L1157
 */
async function suspend(
  cluster: Cluster,
  { type, name }: FoundObject,
  title: string,
  call: Call,
): Promise<void> {
  const value = { spec: { suspend: true } };
  try {
    await cluster.patch(type, name, { type: "merge", value }, FIELD_MANAGER);
  } catch (error) {
    if (!isClusterError(error, "not-found")) throw error;
    return;
  }
  call.info(`${title} is suspended: what it has deployed stays`);
}

/** False where the object is gone already, or another one has its name. */
async function deleteOnly(cluster: Cluster, { type, name, uid }: FoundObject): Promise<boolean> {
  try {
    return await cluster.delete(type, name, { uid });
  } catch (error) {
    if (!isClusterError(error, "conflict")) throw error;
    const live = await readMetadata(cluster, type, name);
    if (live !== undefined && uidOf(live) === uid) throw error;
    return false;
  }
}

async function holds({ cluster, retained, found }: Removing): Promise<string> {
  switch (retained.object.kind) {
    case "PersistentVolumeClaim":
      return await holdsClaim(cluster, found);
    case "Namespace":
      return await holdsNamespace(cluster, found);
    default:
      return await holdsAny(cluster, found);
  }
}
