import assert from "node:assert/strict";
import { join } from "node:path";
import {
  definitionsOf,
  storageVersionOf,
  type Definition,
} from "../../provider/core/lifecycle/definitions";
import { COMPONENTS } from "../../provider/core/spec/spec";
import { connect, type Cluster } from "../../provider/io/cluster/cluster";
import { forEach } from "../../provider/io/cluster/parallel";
import { metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { pluck } from "../support/kubernetes/identity";
import { assertSettled, instance, namesOf, objectSteps, succeed } from "../support/operation";
import { useReleases } from "../support/releases";
import { createOwned, definitionsIn } from "../support/upgrade";

const NEW = "v2.9.4";
const CRD = "apiextensions.k8s.io/v1";
/** Two tell whether a list is followed to its end; the migration itself has a test with many. */
const NAMES = ["some", "other"];

/**
 * Where an upgrade starts, with the kinds whose stored version the new CRD has not got, and a version that goes. The
 * migration alone is tried from more releases.
 */
const STARTS = [
  {
    version: "v2.2.3",
    bridged: [
      "buckets.source",
      "helmcharts.source",
      "helmreleases.helm",
      "helmrepositories.source",
      "imagepolicies.image",
      "imagerepositories.image",
      "imageupdateautomations.image",
      "ocirepositories.source",
    ],
    removed: /HelmRelease helm\.toolkit\.fluxcd\.io\/v2beta2 is removed .*kustomize-controller/,
  },
  {
    version: "v2.6.4",
    bridged: ["imagepolicies.image", "imagerepositories.image", "imageupdateautomations.image"],
    removed:
      /ImageUpdateAutomation image\.toolkit\.fluxcd\.io\/v1beta2 is removed .*kustomize-controller/,
  },
] as const;

describe("an upgrade of Flux with custom resources of every kind", function () {
  this.timeout(10 * 60_000);
  const releases = useReleases(...STARTS.map(({ version }) => version), NEW);
  const suite = useCluster();
  let cluster: Cluster;

  before(async () => {
    cluster = await connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
  });

  const program = (distribution: object, components: readonly string[]) =>
    instance(() => ({ distribution, components, kubeconfig: suite.cluster.kubeconfig }));

  const uids = async (kinds: readonly Definition[], version: (kind: Definition) => string) => {
    const lists = kinds.map(async (kind) => {
      const objects = await suite.cluster.list(`${kind.group}/${version(kind)}`, kind.kind);
      return objects.map(
        (object) =>
          [`${kind.kind} ${metadataOf(object, "name")}`, metadataOf(object, "uid")] as const,
      );
    });
    return Object.fromEntries((await Promise.all(lists)).flat()) as Record<string, string>;
  };

  /** The versions that objects of each kind are stored at. */
  const storedVersions = async (): Promise<Readonly<Record<string, unknown>>> => {
    const live = await suite.cluster.list(CRD, "CustomResourceDefinition");
    const entries = live.map(
      (crd) => [metadataOf(crd, "name"), pluck(crd, "status", "storedVersions")] as const,
    );
    return Object.fromEntries(entries);
  };

  for (const { version, bridged, removed } of STARTS) {
    it(`goes from ${version} straight to ${NEW}`, async () => {
      const definitions = (release: string) =>
        definitionsOf(definitionsIn(join(releases.folder, "flux", release)));
      const old = definitions(version);
      const components = COMPONENTS.filter((name) =>
        old.some(({ component }) => component === name),
      );
      const older = program({ version, artifact: releases.artifact }, components);
      const newer = program({ version: "2.9.x" }, components);
      const stack = await suite.project.stack(`from-${version.replaceAll(".", "-")}`, older);
      await succeed(stack, "up", older);
      const objects = old.flatMap((kind) => NAMES.map((name) => ({ kind, name })));
      await forEach(objects, 6, ({ kind, name }) => createOwned(cluster, kind, name));
      const before = await uids(old, storageVersionOf);
      assert.equal(Object.keys(before).length, objects.length);

      const preview = await succeed(stack, "preview", newer);
      const warnings = preview.recorder.messages("warning").join("\n");
      assert.match(warnings, removed);
      const stored = await storedVersions();

      const up = await succeed(stack, "up", newer);
      assert.equal(up.outputs["version"], NEW);
      assert.deepEqual(namesOf(objectSteps(up.recorder.steps()), "delete", "replace"), []);
      const rendered = definitions(NEW);
      const kinds = rendered.filter(({ name }) => name in stored);
      const changed = kinds.filter((kind) => {
        const versions = kind.versions.map(({ name }) => name);
        return !(stored[kind.name] as readonly string[]).every((name) => versions.includes(name));
      });
      assert.deepEqual(
        changed.map(({ name }) => name).toSorted(),
        bridged.map((name) => `${name}.toolkit.fluxcd.io`),
      );
      const live = await storedVersions();
      for (const kind of rendered) {
        if (kind.name in live)
          assert.deepEqual(live[kind.name], [storageVersionOf(kind)], kind.name);
      }
      const newVersion = ({ name }: Definition) =>
        storageVersionOf(rendered.find((kind) => kind.name === name)!);
      assert.deepEqual(await uids(old, newVersion), before);
      await assertSettled(stack, newer);
      await succeed(stack, "destroy");
      assert.deepEqual(await storedVersions(), {});
    });
  }
});
