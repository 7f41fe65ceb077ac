import assert from "node:assert/strict";
import { objectAt } from "../../../provider/core/deployment";
import { referenceTo, type ObjectReference } from "../../../provider/core/lifecycle/inputs";
import { ID_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import { isGoing, keyOf, printReference } from "../../../provider/core/lifecycle/ownership";
import { goingOf } from "../../../provider/core/lifecycle/transition-existing";
import type { Manifest } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { isClusterError } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { DEPLOYMENTS } from "../../../provider/io/cluster/types";
import { createRecord, removeRecord } from "../../../provider/io/lifecycle/owner-record";
import {
  absentIn,
  claimIn,
  idsIn,
  sight,
  type Sighting,
} from "../../../provider/io/lifecycle/sighting";
import { startApiProxy, type Passed } from "../../support/api-proxy";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { applyAs, installAs, renderFlux } from "../../support/flux-installations";
import { createOperator } from "../../support/flux-operator";

const FLUX = "flux-system";
const OWNER = "0123456789abcdef";
const RECORD = {
  id: OWNER,
  urn: "urn",
  identity: "token",
  lineage: "token",
  readiness: "",
  wanted: [],
  absences: {},
};

/** The paths of lists: they end in the name of a type. */
const isList = ({ path }: Passed): boolean =>
  /\/(?:v1|v1\/namespaces\/[^/]+)\/[a-z]+$/.test(path) && !path.endsWith("/v1/namespaces");

describe("a look at a cluster", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let manifests: readonly Manifest[];
  let objects: readonly ObjectReference[];

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    manifests = await renderFlux(FLUX);
    objects = manifests.map(referenceTo);
  });
  after(() => real?.stop());

  /** Looks through a proxy, which counts. */
  const look = async (
    references = objects,
    forbids?: (request: Passed) => boolean,
  ): Promise<{ readonly sighting: Sighting; readonly passed: readonly Passed[] }> => {
    const proxy = await startApiProxy(real!.kubeconfig, forbids);
    try {
      const { kubeconfig, passed, url } = proxy;
      const through = await connect({ kubeconfig }, { surroundings: {} });
      const sighting = await sight(through, references, FLUX);
      assert.equal(sighting.server, `${url}/`);
      assert.deepEqual([...new Set(passed.map(({ method }) => method))], ["GET"]);
      return { sighting, passed };
    } finally {
      await proxy.close();
    }
  };
  const namesIn = ({ existing }: Sighting) =>
    existing.map(({ reference }) => printReference(reference));
  const rendered = () =>
    objects.filter(({ kind }) => kind !== "Namespace").map((object) => printReference(object));

  it("finds nothing in a fresh cluster, with few requests", async () => {
    const { sighting, passed } = await look();
    const { cluster: uid, record, existing, namespace, operators } = sighting;
    assert.equal(uid, await clusterUid(cluster));
    assert.deepEqual([record, existing, namespace, operators], [undefined, [], undefined, []]);
    assert.equal(claimIn(sighting), undefined);
    assert.deepEqual(idsIn(sighting), []);
    const inside = passed.filter(({ path }) => path.includes(`/namespaces/${FLUX}/`));
    assert.deepEqual(inside, [], "nothing is asked for in a namespace that is absent");
    assert.deepEqual(absentIn(sighting, objects), objects.map(keyOf));
    assert.ok(passed.length <= 12, JSON.stringify(passed));
  });

  describe("at an installation of somebody else", () => {
    before(() => installAs("flux install", cluster, manifests));

    it("finds every object, in the order of the references, with a list for each kind", async () => {
      const { sighting, passed } = await look();
      assert.deepEqual(namesIn(sighting), rendered());
      assert.equal(objectAt(sighting.namespace ?? {}, "metadata")["name"], FLUX);
      assert.ok(rendered().length > 30);
      assert.ok(passed.length <= 24, JSON.stringify(passed));
      const [first] = sighting.existing;
      assert.deepEqual(Object.keys(first?.live ?? {}).toSorted(), [
        "apiVersion",
        "kind",
        "metadata",
      ]);
    });

    it("asks for each object where lists are forbidden", async () => {
      const { sighting, passed } = await look(objects, isList);
      assert.deepEqual(namesIn(sighting), rendered());
      assert.ok(passed.some(isList));
      assert.ok(passed.length > rendered().length);
    });

    it("joins a Namespace that may not be read, and looks for every object in it", async () => {
      const path = `/api/v1/namespaces/${FLUX}`;
      const { sighting } = await look(objects, (request) => request.path === path);
      assert.deepEqual(sighting.namespace, {});
      assert.deepEqual(absentIn(sighting, objects), []);
      assert.deepEqual(namesIn(sighting), rendered());
    });

    it("fails where an object may neither be listed nor read, or the record not be read", async () => {
      const isForbidden = (error: unknown) => isClusterError(error, "forbidden");
      const services = (request: Passed) => request.path.includes("/services");
      await assert.rejects(look(objects, services), isForbidden);
      const record = (request: Passed) => request.path.endsWith("/clusterroles/flux-instance");
      await assert.rejects(look(objects, record), isForbidden);
    });

    it("finds an object whose version is not served, in another version of its kind", async () => {
      const asked = objects.map((object) =>
        object.kind === "GitRepository"
          ? { ...object, apiVersion: "source.toolkit.fluxcd.io/v9" }
          : object,
      );
      const { sighting } = await look(asked);
      const found = sighting.existing.find(({ reference }) => reference.kind === "GitRepository");
      assert.equal(found?.type.version, "v1");
      assert.equal(found.reference.apiVersion, "source.toolkit.fluxcd.io/v9");
      const unknown = { apiVersion: "example.com/v1", kind: "Nothing", name: "it" };
      assert.deepEqual((await look([unknown])).sighting.existing, []);
    });

    it("looks for Flux Operator, as an object is nobody's", async () => {
      assert.deepEqual((await look()).sighting.operators, []);
      await createOperator(cluster, FLUX);
      const { operators } = (await look()).sighting;
      assert.deepEqual(
        operators.map((it) => objectAt(it, "metadata")["name"]),
        ["flux"],
      );
    });
  });

  describe("at an installation of an instance", () => {
    before(async () => {
      await applyAs("pulumi-flux-instance", cluster, manifests.map(owned));
      await createRecord(cluster, RECORD);
    });

    it("finds whose it is, and does not look for Flux Operator", async () => {
      const { sighting, passed } = await look();
      assert.deepEqual(idsIn(sighting), [OWNER]);
      const { id, urn, identity } = RECORD;
      assert.deepEqual(claimIn(sighting), { id, urn, identity, isCarried: true });
      assert.ok(!passed.some(({ path }) => path.includes("fluxcd.controlplane.io")));
    });

    it("tells a record whose id no object carries", async () => {
      await removeRecord(cluster, OWNER);
      await createRecord(cluster, { ...RECORD, id: "another-id" });
      const { sighting } = await look();
      assert.equal(claimIn(sighting)?.isCarried, false);
      assert.deepEqual(idsIn(sighting), ["another-id", OWNER]);
      await removeRecord(cluster, "another-id");
      const without = (await look()).sighting;
      assert.equal(claimIn(without), undefined);
      assert.deepEqual(idsIn(without), [OWNER]);
    });

    it("finds an object that is being deleted", async () => {
      const name = { namespace: FLUX, name: "helm-controller" };
      const value = { metadata: { finalizers: ["example.com/keep"] } };
      await cluster.patch(DEPLOYMENTS, name, { type: "merge", value });
      await cluster.delete(DEPLOYMENTS, name);
      const { existing } = (await look()).sighting;
      const going = existing.filter(({ live }) => isGoing(live));
      assert.deepEqual(goingOf(existing, OWNER), going);
      assert.deepEqual(
        going.map(({ reference }) => printReference(reference)),
        [`Deployment/${FLUX}/helm-controller`],
      );
    });
  });
});

/** As the children do it: rendered, with the id of the instance. */
function owned(manifest: Manifest): Manifest {
  const annotations = { ...manifest.metadata.annotations, [ID_ANNOTATION]: OWNER };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
