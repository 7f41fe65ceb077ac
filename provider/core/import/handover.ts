import { objectAt, textAt } from "../deployment";
import { annotationsOf } from "../lifecycle/ownership";
import { problemsOfOperator } from "../lifecycle/transition-operator";
import type { JsonObject } from "../manifest";
import type { Observed } from "./observed";

/** What is left to do by hand, so that the former installer does not come back or take Flux away; each in a sentence. */
export function handoverOf(
  { namespace, deployments, kustomization }: Observed,
  instance: JsonObject | undefined,
): readonly string[] {
  const operator =
    instance === undefined ? [] : problemsOfOperator([instance], [], namespace).map(reasonOf);
  const releases = distinct(deployments.map(releaseOf));
  const helmReleases = distinct(deployments.map((it) => labelled(it, "helm.toolkit.fluxcd.io")));
  const kustomizations = distinct(
    deployments.map((it) => labelled(it, "kustomize.toolkit.fluxcd.io")),
  );
  const path = textAt(objectAt(kustomization ?? {}, "spec"), "path");
  return [
    ...operator,
    ...releases.map(
      (release) =>
        `Helm made this Flux as release ${release}. After the first update make Helm forget it: ` +
        `\`kubectl -n ${namespace} delete secret -l owner=helm,name=${release}\`; \`helm uninstall\` would delete Flux.`,
    ),
    ...helmReleases.map(
      (name) =>
        `The HelmRelease ${name} would take back every change: suspend it before the first update, and delete it while it ` +
        "is suspended, which uninstalls nothing.",
    ),
    ...kustomizations.map(
      (name) =>
        `The Kustomization ${name} has applied this Flux from ${path === "" ? "its source" : path}. From the first ` +
        "update on Flux leaves these objects alone; then remove gotk-components.yaml and gotk-sync.yaml there.",
    ),
  ];
}

function reasonOf({ reason }: { readonly reason: string }): string {
  return reason;
}

function releaseOf(deployment: JsonObject): string {
  return textAt(annotationsOf(deployment), "meta.helm.sh/release-name");
}

/** `namespace/name` of the object that a label pair names; empty for none. */
function labelled(deployment: JsonObject, group: string): string {
  const labels = objectAt(objectAt(deployment, "metadata"), "labels");
  const name = textAt(labels, `${group}/name`);
  return name === "" ? "" : `${textAt(labels, `${group}/namespace`)}/${name}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== "").toSorted();
}
