import { isDeepStrictEqual } from "node:util";
import { printVersions, toDefinitions, type Definition } from "../../core/lifecycle/definitions";
import { planMigration, type Action, type Pair, type Stage } from "../../core/lifecycle/migration";
import { toLiveDefinition } from "../../core/lifecycle/migration-definition";
import { objectAt } from "../../core/deployment";
import type { JsonObject } from "../../core/manifest";
import { connect, type Cluster } from "../cluster/cluster";
import type { Connection } from "../cluster/connection";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import { forEach } from "../cluster/parallel";
import { DEFINITIONS } from "../cluster/types";
import type { Surroundings } from "../oci/access";
import { UNKNOWN, type Call, type Lifecycle, type Properties, type State } from "./lifecycle";
import { runAction } from "./migration-run";
import { requireRights, type Right } from "./rights";

/** What a storage migration is told. */
export interface StorageMigrationInputs {
  readonly stage: Stage;
  /** As they are rendered. */
  readonly definitions: readonly Definition[];
  readonly connection: Connection;
  /** The UID of the cluster that is meant. */
  readonly cluster?: string;
}

const READS_AT_ONCE = 8;

/**
 * Moves stored objects to the versions of the rendered definitions: "before", so that the definitions can be updated;
 * "after", so that nothing is left at an old version. Each run goes on from what it finds in the cluster.
 *
 * Output: `storage`, a text for each definition that changes when its versions do. In a preview those that are about to
 * change are unknown.
 */
export function storageMigration(surroundings: Surroundings): Lifecycle {
  const run = async (properties: Properties, call: Call): Promise<State> => {
    const inputs = toStorageMigrationInputs(properties);
    const cluster = await connect(inputs.connection, { surroundings, signal: call.signal });
    if (inputs.cluster !== undefined) await requireSameCluster(cluster, inputs.cluster);
    await migrate(cluster, inputs, call);
    return { storage: textsOf(inputs.definitions) };
  };
  return {
    diff: ({ values }, { state, inputs }) => {
      const isSame = isDeepStrictEqual(state["storage"], textsIn(values));
      const { cluster } = values;
      const isElsewhere = typeof cluster === "string" && cluster !== inputs.values["cluster"];
      return Promise.resolve({
        updated: [...(isSame ? [] : ["definitions"]), ...(isElsewhere ? ["cluster"] : [])],
        replaced: [],
      });
    },
    preview: ({ values }, known) => Promise.resolve(previewOf(textsIn(values), known?.state)),
    create: run,
    update: (properties, _known, call) => run(properties, call),
    delete: () => Promise.resolve(),
  };
}

/**
 * Narrows the inputs.
 *
 * @throws Error where they are none of a storage migration
 */
export function toStorageMigrationInputs({ values }: Properties): StorageMigrationInputs {
  const { stage, definitions, cluster } = values;
  if (stage !== "before" && stage !== "after") throw new Error('stage must be "before" or "after"');
  return {
    stage,
    definitions: toDefinitions(definitions),
    connection: connectionOf(values),
    ...(typeof cluster === "string" ? { cluster } : {}),
  };
}

/**
 * @throws ClusterError forbidden before anything is changed, where something that is to be done is not allowed
 */
async function migrate(
  cluster: Cluster,
  { stage, definitions }: StorageMigrationInputs,
  call: Call,
): Promise<void> {
  const { actions, leftAlone } = planMigration(stage, await readPairs(cluster, definitions));
  for (const { name } of leftAlone) {
    call.warn(`${name} is converted by a webhook: its stored objects are left at old versions.`);
  }
  await requireRights(cluster, "migrate stored objects", actions.flatMap(rightsFor));
  for (const action of actions) await runAction(cluster, action, call.info);
}

/** The definitions that the cluster has, as they are rendered and as they are there. */
async function readPairs(
  cluster: Cluster,
  definitions: readonly Definition[],
): Promise<readonly Pair[]> {
  const found = new Map<string, Pair>();
  await forEach(definitions, READS_AT_ONCE, async (rendered) => {
    const object = await cluster.get(DEFINITIONS, { name: rendered.name });
    const live = object === undefined ? undefined : toLiveDefinition(object);
    if (live !== undefined) found.set(rendered.name, { rendered, live });
  });
  return definitions.flatMap(({ name }) => found.get(name) ?? []);
}

/** What must not fail half way. Most runs only look, and write to a few objects at most. */
function rightsFor(action: Action): readonly Right[] {
  switch (action.type) {
    case "store":
      return [{ verb: "update", type: DEFINITIONS }];
    case "forget":
      return [{ verb: "update", type: DEFINITIONS, subresource: "status" }];
    case "rewrite":
      return action.all
        ? (["get", "list", "patch"] as const).map((verb) => ({ verb, type: action }))
        : [];
    case "settle":
      return [];
  }
}

function previewOf(texts: JsonObject | undefined, state: State | undefined): Partial<State> {
  if (texts === undefined) return {};
  const old = objectAt(state ?? {}, "storage");
  const entries = Object.entries(texts).map(([name, text]) => [
    name,
    text === old[name] ? text : UNKNOWN,
  ]);
  return { storage: Object.fromEntries(entries) as JsonObject };
}

/** Undefined where the definitions are not known yet. */
function textsIn({ definitions }: JsonObject): JsonObject | undefined {
  return definitions === undefined ? undefined : textsOf(toDefinitions(definitions));
}

function textsOf(definitions: readonly Definition[]): JsonObject {
  return Object.fromEntries(definitions.map((it) => [it.name, printVersions(it)]));
}
