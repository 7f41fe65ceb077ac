import { join } from "node:path";
import type { Json, Manifest } from "../../provider/core/manifest";
import { controllers, type Controller } from "./controllers";
import { crds } from "./crds";
import { deployment, serviceAccount } from "./deployments";
import { images } from "./images";
import { policies } from "./policies";
import { rbac } from "./rbac";
import type { Variant } from "../../provider/core/spec/spec";
import { repositories, type Release } from "./release";
import { services } from "./services";

/** The text of each generated file of a release, by its path below `distribution/`. */
export function releaseFiles(release: Release, modulesDir: string): ReadonlyMap<string, string> {
  const moduleDir = join(modulesDir, release.crdModule);
  const manifests = new Map<string, readonly Manifest[]>(
    controllers.map((controller) => [
      controller.name,
      [...crds(controller, moduleDir), ...workload(controller, release)],
    ]),
  );
  manifests.set("rbac", rbac()).set("policies", policies(release));
  const files = new Map([...manifests].map(([name, list]) => [name, lines(list)]));
  files.set("images", imageLists(release));
  return new Map(
    [...files].map(([name, text]) => [`${release.version}/${name}.json`, `${text}\n`]),
  );
}

/** The objects that run a controller: all but its CRDs. */
export function workload(controller: Controller, { tags }: Release): readonly Manifest[] {
  return [
    serviceAccount(controller),
    ...services(controller),
    deployment(controller, tags[controller.name]),
  ];
}

function imageLists(release: Release): string {
  const variants = Object.keys(repositories) as Variant[];
  const lists = variants.map(
    (variant) => `${JSON.stringify(variant)}: ${lines(images(release, variant).map(entry))}`,
  );
  return `{\n${lists.join(",\n")}\n}`;
}

function entry({ name, newTag, digest }: ReturnType<typeof images>[number]): Json {
  return { name, newTag, digest };
}

/** One element per line: small, yet a diff shows which object changed. */
function lines(elements: readonly Json[]): string {
  return `[\n${elements.map((element) => JSON.stringify(element)).join(",\n")}\n]`;
}
