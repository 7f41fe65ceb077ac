import { listAt, objectAt } from "../deployment";
import { isObject, type JsonObject, type Manifest, printId } from "../manifest";
import { InvalidInput } from "../problem";
import type { Component } from "../spec/spec";
import { type Image, parseImage } from "./images";

/** The image that a component runs; all texts are empty where patches left it without Deployment or container. */
export interface RunningImage extends Omit<Image, "name"> {
  readonly name: Component | "";
}

const NONE: RunningImage = { name: "", repository: "", tag: "" };

/** Host, repository of at least two characters, tag and digest: https://pkg.go.dev/github.com/google/go-containerregistry/pkg/name */
const REFERENCE =
  /^(?:(?:[A-Za-z0-9-]*[.:][A-Za-z0-9.:-]*|localhost)\/)?[a-z0-9_\-./]{2,255}(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/;

/**
 * The images that the rendered Deployments run, one for each component in their order; patches count.
 *
 * @throws InvalidInput when a Deployment is left without a list of containers, or with an image that is none
 */
export function runningImages(
  components: readonly Component[],
  manifests: readonly Manifest[],
): readonly RunningImage[] {
  return components.map((component) => {
    const deployment = manifests.find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === component,
    );
    const container = deployment === undefined ? undefined : managerOf(deployment);
    if (deployment === undefined || container === undefined) return NONE;
    const { image } = container;
    // The image is not told: it may come from a secret patch.
    if (typeof image !== "string" || !REFERENCE.test(image)) {
      throw refuse(deployment, "an image that is no image reference; write it in lower case");
    }
    const { repository, ...version } = parseImage(image);
    return { name: component, repository: withRegistry(repository), ...version };
  });
}

function managerOf(deployment: Manifest): JsonObject | undefined {
  const template = objectAt(objectAt(deployment, "spec"), "template");
  const podSpec = objectAt(template, "spec");
  if (!Array.isArray(podSpec["containers"])) throw refuse(deployment, "no list of containers");
  const containers = listAt(podSpec, "containers").filter(isObject);
  if (containers.some(({ name }) => typeof name !== "string")) {
    throw refuse(deployment, "a container without a name");
  }
  return containers.find(({ name }) => name === "manager");
}

function refuse(deployment: Manifest, has: string): InvalidInput {
  return new InvalidInput("A FluxInstance with such images can't be used", [
    {
      path: "",
      reason: `${printId(deployment)} has ${has} (see distribution.registry and kustomize.patches)`,
    },
  ]);
}

/** The repository with its registry, which Docker Hub's short names leave out. */
function withRegistry(repository: string): string {
  const [host = ""] = repository.split("/", 1);
  if (host === "docker.io") return `index.${repository}`;
  const named = repository.includes("/") && (/[.:]/.test(host) || host === "localhost");
  if (named) return repository;
  return `index.docker.io/${repository.includes("/") ? "" : "library/"}${repository}`;
}
