import * as log from "@pulumi/pulumi/log";
import type { ComponentResourceOptions, CustomTimeouts } from "@pulumi/pulumi/resource";
import { isDryRun } from "@pulumi/pulumi/runtime/settings";
import { referenceTo } from "../core/lifecycle/inputs";
import { parseDuration } from "../core/spec/duration";
import type { Look } from "../io/lifecycle/guard-look";
import type { Sighting } from "../io/lifecycle/sighting";
import type { Means } from "./construct";
import type { Instance } from "./flux-instance";

/** How long an update may look at the cluster where no custom timeout says so, in milliseconds: as the Kubernetes plugin waits. */
const LIMIT = 10 * 60_000;

/** A look at the cluster of an instance. */
export interface Looked {
  /** Undefined in a preview whose cluster is not known yet. */
  readonly look: Look | undefined;
  /** Undefined in a preview whose cluster is not known yet, or did not answer. */
  readonly sighting: Sighting | undefined;
  /** For what the update waits for, in milliseconds. */
  readonly limit: number;
}

/**
 * Looks at the cluster before anything is registered. A preview goes on without an answer, with a warning.
 *
 * @throws ClusterError in an update, where the cluster cannot be asked
 */
export async function lookAtCluster(
  name: string,
  { spec, rendered, source: { known: connection } }: Instance,
  options: ComponentResourceOptions,
  { surroundings = {}, signal }: Means,
): Promise<Looked> {
  const limit = limitOf(options.customTimeouts);
  if (connection === undefined) {
    if (isDryRun()) return { look: undefined, sighting: undefined, limit };
    // As with --continue-on-error, when the resource that gives the kubeconfig has failed.
    throw new Error(`${name}: the kubeconfig is not known, so nothing was changed.`);
  }
  const objects = rendered.objects.map(({ manifest }) => referenceTo(manifest));
  const look: Look = { connection, objects, namespace: spec.namespace, surroundings, signal };
  // Loaded only here: the plugin serves its schema without it.
  const { lookForPreview, lookForUpdate } = await import("../io/lifecycle/guard-look.js");
  if (!isDryRun()) return { look, sighting: await lookForUpdate(look, limit), limit };
  const sighting = await lookForPreview(look);
  if (!("failure" in sighting)) return { look, sighting, limit };
  await log.warn(
    `${name}: could not look at the cluster, so this preview does not know whose Flux is there: ${sighting.failure}`,
  );
  return { look, sighting: undefined, limit };
}

/** The longer one of the two custom timeouts: which of them counts is not known before the engine has compared. */
function limitOf(timeouts: CustomTimeouts | undefined): number {
  const given = [timeouts?.create, timeouts?.update].flatMap((text) => {
    const nanoseconds = text === undefined ? undefined : parseDuration(text);
    return nanoseconds === undefined ? [] : [Number(nanoseconds / 1_000_000n)];
  });
  return given.length === 0 ? LIMIT : Math.max(...given);
}
