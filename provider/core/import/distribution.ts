import { parseImage } from "../distribution/images";
import type { JsonObject } from "../manifest";
import { DEFAULT_REGISTRY } from "../spec/read";
import { parseVersion } from "../version/version";
import type { Controller } from "./controller";
import type { Observed, Part } from "./observed";

/** `distribution`: the version by the labels, the registry by the images. */
export function distributionOf(
  { definitionVersion }: Observed,
  controllers: readonly Controller[],
): Part {
  const version = versionIn(controllers.map((it) => it.version)) ?? versionIn([definitionVersion]);
  const registries = controllers.map(registryOf);
  const registry = mostOf(registries.filter((it) => it !== ""));
  const others = controllers.filter((_, index) => registries[index] !== registry);
  const pullSecret = mostOf(controllers.map((it) => it.pullSecret));
  const value: JsonObject = {
    version: version ?? "2.x",
    ...(registry === "" || registry === DEFAULT_REGISTRY ? {} : { registry }),
    ...(pullSecret === "" ? {} : { imagePullSecret: pullSecret }),
  };
  const gaps = [
    ...(version === undefined
      ? [`no label tells the version of Flux; set distribution.version to the one that runs`]
      : []),
    ...others.map(
      ({ name, image }) =>
        `${name} runs the image ${image}, which is not of one registry with the others`,
    ),
  ];
  return { value, gaps };
}

/** The version of most labels, as `2.9.4`. */
function versionIn(labels: readonly string[]): string | undefined {
  const versions = labels.flatMap((label) => parseVersion(label) ?? []);
  const most = mostOf(versions.map(({ semver }) => semver.version));
  return most === "" ? undefined : most;
}

/** What stands before the name of the component; empty where the image has another name. */
function registryOf({ component, image }: Controller): string {
  const { repository } = parseImage(image);
  const end = `/${component}`;
  return repository.endsWith(end) ? repository.slice(0, -end.length) : "";
}

/** The text that comes most often, the first of several; empty for none. */
function mostOf(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, one], [, other]) => other - one);
  return first?.[0] ?? "";
}
