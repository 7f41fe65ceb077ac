import { adoptionOf } from "../../core/lifecycle/adoption";
import { problemsOfForeign, problemsOfOthers } from "../../core/lifecycle/transition-existing";
import { printProblem } from "../../core/problem";
import { connect, type Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { isClusterError } from "../cluster/error";
import { requireSameCluster } from "../cluster/inputs";
import { forEach } from "../cluster/parallel";
import type { Surroundings } from "../oci/access";
import { newObjects, toAdoptionInputs, type AdoptionInputs } from "./adoption-inputs";
import { findExisting, nameOf, readMetadata, type Found } from "./adoption-objects";
import type { Call, Diff, Known, Lifecycle, Properties } from "./lifecycle";

const OBJECTS_AT_ONCE = 8;
/** The second one is for the annotation that the first one has set. */
const MAX_PATCHES = 3;

/**
 * Makes the objects of another installation of Flux those of this one, before any child is created: their fields are given
 * to the field manager of the children. No field of a spec changes, and nothing is restarted. Objects that were in the
 * inputs of the last update are the children's, and left to them.
 *
 * Inputs: `AdoptionInputs`. Output: `adopted`, the number of objects that were taken over.
 */
export function adoption(surroundings: Surroundings): Lifecycle {
  const run = async (properties: Properties, before: Properties | undefined, call: Call) => {
    const inputs = toAdoptionInputs(properties);
    const last = before === undefined ? undefined : toAdoptionInputs(before);
    const old = last?.cluster === inputs.cluster ? last.objects : [];
    const cluster = await connect(inputs.connection, { surroundings, signal: call.signal });
    await requireSameCluster(cluster, inputs.cluster);
    const adopted = await adopt(cluster, { ...inputs, objects: newObjects(inputs.objects, old) });
    if (adopted > 0) call.info(`took over ${adopted} existing objects`);
    return adopted;
  };
  return {
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    create: async (inputs, call) => ({ adopted: await run(inputs, undefined, call) }),
    update: async (inputs, known, call) => {
      const { adopted } = known.state;
      const before = typeof adopted === "number" ? adopted : 0;
      return { adopted: before + (await run(inputs, known.inputs, call)) };
    },
    delete: () => Promise.resolve(),
  };
}

/** Only new objects are anything to do; in another cluster all are. */
function diff(inputs: Properties, known: Known): Diff {
  const [next, old] = [toAdoptionInputs(inputs), toAdoptionInputs(known.inputs)];
  const isElsewhere = next.cluster !== "" && next.cluster !== old.cluster;
  const isNew = inputs.unknown.has("objects") || newObjects(next.objects, old.objects).length > 0;
  return {
    updated: [...(isNew ? ["objects"] : []), ...(isElsewhere ? ["cluster"] : [])],
    replaced: [],
  };
}

/**
 * @returns the number of objects that were changed
 * @throws Error before anything is changed, where an object belongs to another instance
 */
async function adopt(
  cluster: Cluster,
  { objects, owner, manager }: AdoptionInputs,
): Promise<number> {
  const existing = await findExisting(cluster, objects);
  const problems = [...problemsOfOthers(existing, owner), ...problemsOfForeign(existing, true)];
  if (problems.length > 0) throw new Error(problems.map(printProblem).join("\n"));
  let adopted = 0;
  await forEach(existing, OBJECTS_AT_ONCE, async (found) => {
    if (await takeOver(cluster, found, manager)) adopted += 1;
  });
  return adopted;
}

/** An object that goes meanwhile is created anew by its child. */
async function takeOver(
  cluster: Cluster,
  { live, type, reference }: Found,
  manager: string,
): Promise<boolean> {
  const name = nameOf(reference);
  const apiVersion = type.group === "" ? type.version : `${type.group}/${type.version}`;
  let current: typeof live | undefined = live;
  for (let patches = 0; ; patches += 1) {
    const isChanged = await retryConflicts(async () => {
      const object = current ?? (await readMetadata(cluster, type, name));
      current = undefined;
      const operations = object === undefined ? [] : adoptionOf(object, manager, apiVersion);
      if (operations.length === 0) return false;
      const fieldManager = { fieldManager: manager };
      await absentIsDone(cluster.patch(type, name, { type: "json", operations }, fieldManager));
      return true;
    }, cluster.session.signal);
    if (!isChanged || patches + 1 >= MAX_PATCHES) return isChanged || patches > 0;
  }
}

async function absentIsDone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isClusterError(error, "not-found")) throw error;
  }
}
