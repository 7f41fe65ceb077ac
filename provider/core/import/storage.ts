import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import type { Controller } from "./controller";
import type { Part } from "./observed";

const CLAIM = "source-controller";

/** `storage`: the volume claim of source-controller. */
export function storageOf(controllers: readonly Controller[], claims: readonly JsonObject[]): Part {
  const sources = controllers.filter(({ component }) => component === CLAIM);
  const mounted = sources.find(({ shard }) => shard === undefined)?.claims[0];
  if (mounted === undefined) return { gaps: [] };
  if (mounted !== CLAIM) {
    const gap =
      `source-controller keeps its artifacts in the volume claim ${mounted}; an instance has one named ${CLAIM}. ` +
      "The old one stays, and the artifacts are fetched again";
    return { gaps: [gap] };
  }
  const claim = claims.find((it) => nameOf(it) === mounted) ?? {};
  const spec = objectAt(claim, "spec");
  const size = textAt(objectAt(objectAt(spec, "resources"), "requests"), "storage");
  const storageClass = textAt(spec, "storageClassName");
  if (size === "" || storageClass === "") {
    return { gaps: [`the volume claim ${mounted} has no size or no storage class`] };
  }
  return { value: { class: storageClass, size }, gaps: [] };
}

/** `sharding`: the key and the shards, by the labels that the controllers watch. */
export function shardingOf(controllers: readonly Controller[]): Part {
  const shards = controllers.flatMap(({ shard }) => shard ?? []);
  const [first] = shards;
  if (first === undefined) return { gaps: [] };
  const others = [...new Set(shards.map(({ key }) => key))].slice(1);
  const names = [...new Set(shards.filter(({ key }) => key === first.key).map((it) => it.name))];
  const isPersistent = controllers.some(
    ({ component, shard, claims }) =>
      component === CLAIM && shard !== undefined && claims.length > 0,
  );
  const value = {
    ...(first.key === "sharding.fluxcd.io/key" ? {} : { key: first.key }),
    shards: names,
    ...(isPersistent ? { storage: "persistent" } : {}),
  };
  const gaps = others.map((key) => `shards by a second key, ${key}, are left out`);
  return { value, gaps };
}

function nameOf(object: JsonObject): string {
  return textAt(objectAt(object, "metadata"), "name");
}
