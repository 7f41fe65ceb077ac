import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { DEFAULT_NAMESPACE } from "../spec/read";
import { COMPONENTS, DEFAULT_COMPONENTS, type Component } from "../spec/spec";
import { clusterOf } from "./cluster";
import { controllerOf, type Controller } from "./controller";
import { distributionOf } from "./distribution";
import type { Observed } from "./observed";
import { shardingOf, storageOf } from "./storage";
import { syncOf } from "./sync";

/** The args that come nearest to what runs. */
export interface Described {
  readonly args: JsonObject;
  /** What the args can't say, each in a sentence. */
  readonly gaps: readonly string[];
}

/** Describes a Flux by the args of a FluxInstance; what is the default is left out. */
export function argsOf(observed: Observed): Described {
  const { namespace, deployments, claims } = observed;
  const controllers = deployments.flatMap((deployment) => controllerOf(deployment) ?? []);
  const components = componentsOf(controllers);
  const cluster = clusterOf(observed, controllers);
  const distribution = distributionOf(observed, controllers);
  const [storage, sharding] = [storageOf(controllers, claims), shardingOf(controllers)];
  const sync = syncOf(observed);
  const unknown = deployments.filter((deployment) => controllerOf(deployment) === undefined);
  const args: JsonObject = {
    ...(namespace === DEFAULT_NAMESPACE ? {} : { namespace }),
    distribution: distribution.value ?? {},
    ...(isDefault(components) ? {} : { components }),
    ...(Object.keys(cluster).length === 0 ? {} : { cluster }),
    ...(storage.value === undefined ? {} : { storage: storage.value }),
    ...(sharding.value === undefined ? {} : { sharding: sharding.value }),
    ...(sync.value === undefined ? {} : { sync: sync.value }),
    adopt: true,
  };
  const parts = [distribution, storage, sharding, sync];
  return { args, gaps: [...parts.flatMap(({ gaps }) => gaps), ...unknown.map(unknownGap)] };
}

function componentsOf(controllers: readonly Controller[]): readonly Component[] {
  return COMPONENTS.filter((known) =>
    controllers.some(({ component, shard }) => component === known && shard === undefined),
  );
}

function isDefault(components: readonly Component[]): boolean {
  return components.join() === DEFAULT_COMPONENTS.join();
}

function unknownGap(deployment: JsonObject): string {
  const name = textAt(objectAt(deployment, "metadata"), "name");
  return `Deployment ${name} is labelled as part of Flux and is none that an instance has; it stays as it is`;
}
