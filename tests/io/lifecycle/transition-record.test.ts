import assert from "node:assert/strict";
import { FLUX_KINDS } from "../../../provider/core/lifecycle/kinds";
import type { Definition } from "../../../provider/core/lifecycle/definitions";
import type { OwnerRecord } from "../../../provider/core/lifecycle/owner-record";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { isClusterError } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { NAMESPACES } from "../../../provider/io/cluster/types";
import {
  changeRecord,
  CLUSTER_ROLES,
  readRecord,
  removeRecord,
} from "../../../provider/io/lifecycle/owner-record";
import type { State } from "../../../provider/io/lifecycle/lifecycle";
import { transition } from "../../../provider/io/lifecycle/transition";
import { recordWanted } from "../../../provider/io/lifecycle/transition-record";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { createDefinitions, createSample } from "../../support/custom-resources";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";
import { OTHER_URN, OWNER, transitionInputs, URN } from "../../support/transition-inputs";

const FLUX = "flux-system";
const RECORD = { name: "flux-instance" };
const resource = transition({});

describe("transition in a cluster", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let inputs: (more?: JsonObject) => JsonObject;

  before(async function () {
    real = await startCluster(this);
    const { kubeconfig } = real;
    cluster = await connect({ kubeconfig }, { surroundings: {} });
    const uid = await clusterUid(cluster);
    inputs = (more = {}) =>
      transitionInputs({ cluster: uid, server: cluster.session.server, kubeconfig, ...more });
  });
  after(() => real?.stop());

  const create = (more: JsonObject = {}) =>
    resource.create(propertiesOf(inputs(more)), recordedCall());
  const update = async (more: JsonObject, old: JsonObject = {}) => {
    const call = recordedCall();
    const state: State = { owner: OWNER, left: [], volume: "", lineage: "a-token" };
    await resource.update(propertiesOf(inputs(more)), knownOf(state, inputs(old)), call);
    return call;
  };
  const record = () => readRecord(cluster);
  const written: Partial<OwnerRecord> = {
    id: OWNER,
    urn: URN,
    identity: "a-token",
    lineage: "a-token",
    readiness: "",
    wanted: ["notification-controller", "source-controller"],
    absences: {},
  };
  const assertRecord = async (more: Partial<OwnerRecord> = {}) => {
    const { resourceVersion, ...found } = (await record())!;
    assert.match(resourceVersion ?? "", /^\d+$/);
    assert.deepEqual(found, { ...written, ...more });
  };

  describe("records the owner", () => {
    afterEach(async () => {
      await cluster.delete(CLUSTER_ROLES, RECORD);
    });

    it("in a ClusterRole that it creates, and returns id and cluster", async () => {
      const state = await create({ left: ["labels/team"] });
      const { cluster: uid } = inputs();
      const left = ["labels/team"];
      const lineage = "a-token";
      assert.deepEqual(state, {
        owner: OWNER,
        cluster: uid,
        left,
        volume: "",
        lineage,
        absences: {},
      });
      await assertRecord();
      const role = await cluster.get(CLUSTER_ROLES, RECORD);
      assert.deepEqual(role?.["rules"] ?? [], []);
    });

    it("once of two instances that start together, and the other one names the winner", async () => {
      const theirs = { owner: "another-id", instance: OTHER_URN, identity: "theirs" };
      const outcomes = await Promise.allSettled([create(), create(theirs)]);
      const failures = outcomes.flatMap((it) =>
        it.status === "rejected" ? [(it.reason as Error).message] : [],
      );
      assert.equal(failures.length, 1);
      const winner = (await record())!;
      const [message = ""] = failures;
      assert.ok(message.includes(`${winner.urn} (id ${winner.id})`), message);
      assert.match(message, /Nothing was changed/);
      assert.deepEqual(
        [winner.urn, winner.id],
        outcomes[0].status === "fulfilled" ? [URN, OWNER] : [OTHER_URN, "another-id"],
      );
    });

    it("once of two instances of the same URN in two backends", async () => {
      const ids = ["one-id", "other-id"];
      const outcomes = await Promise.allSettled(
        ids.map((owner) => create({ owner, identity: `token of ${owner}` })),
      );
      const failures = outcomes.flatMap((it) =>
        it.status === "rejected" ? [(it.reason as Error).message] : [],
      );
      assert.equal(failures.length, 1);
      const winner = (await record())!;
      assert.match(failures[0] ?? "", new RegExp(`the id ${winner.id} .*does not know this id`));
    });

    it("and both of two copies of one state do", async () => {
      await Promise.all([create(), create()]);
      await assertRecord();
    });

    it("brings it up to date, and keeps the token of Readiness", async () => {
      await create();
      await changeRecord(cluster, OWNER, (it) => ({ ...it, readiness: "ready-token" }));
      const wanted = ["source-controller"];
      await update({ instance: OTHER_URN, identity: "new-token", wanted });
      await assertRecord({
        urn: OTHER_URN,
        identity: "new-token",
        readiness: "ready-token",
        wanted,
      });
    });

    it("creates it again where somebody has removed it, and where it was replaced", async () => {
      await update({});
      await assertRecord();
      await create();
      await assertRecord();
    });

    it("keeps the lineage of a state when Identity and Transition are replaced one after the other", async () => {
      await create();
      await changeRecord(cluster, OWNER, (it) => ({ ...it, readiness: "ready-token" }));
      await update({ identity: "new-token" });
      const { lineage } = await create({ identity: "new-token" });
      assert.equal(lineage, "a-token");
      await assertRecord({ identity: "new-token", readiness: "ready-token" });
    });

    it("writes another lineage for a state that takes over, and forgets the Readiness of the former", async () => {
      await create();
      await changeRecord(cluster, OWNER, (it) => ({ ...it, readiness: "ready-token" }));
      const { lineage } = await create({ identity: "theirs", takeOver: OWNER });
      assert.equal(lineage, "theirs");
      await assertRecord({ identity: "theirs", lineage: "theirs" });
      await changeRecord(cluster, OWNER, (it) => ({ ...it, readiness: "their-ready-token" }));
      await update({ takeOver: OWNER });
      await assertRecord();
    });

    it("wants again what a destroy of a part has taken from it, and nothing else", async () => {
      await create();
      const wanted = ["source-controller"];
      await recordWanted(cluster, OWNER, wanted);
      await assertRecord();
      await changeRecord(cluster, OWNER, (it) => ({ ...it, wanted: [] }));
      await recordWanted(cluster, "another-id", wanted);
      await assertRecord({ wanted: [] });
      await recordWanted(cluster, OWNER, wanted);
      await assertRecord({ wanted });
    });

    it("writes over what somebody else changes at the same time", async () => {
      await create();
      const racing = async () => {
        for (let count = 0; count < 20; count += 1) {
          const value = { metadata: { labels: { count: String(count) } } };
          await cluster.patch(CLUSTER_ROLES, RECORD, { type: "merge", value });
        }
      };
      const wanted: readonly string[] = [];
      await Promise.all([racing(), update({ wanted })]);
      await assertRecord({ wanted });
    });

    it("takes over the record of an id that the user has named, and of no other", async () => {
      await create({ owner: "another-id", instance: OTHER_URN, identity: "theirs" });
      await assert.rejects(update({}), /belongs to another FluxInstance, .*dev::fleet/);
      const theirs = { id: "another-id", urn: OTHER_URN, identity: "theirs", lineage: "theirs" };
      await assertRecord(theirs);
      await update({ owner: "another-id", takeOver: "another-id" });
      await assertRecord({ id: "another-id" });
    });

    it("refuses a ClusterRole of that name that is somebody else's", async () => {
      const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
      await cluster.create(CLUSTER_ROLES, { metadata: RECORD, rules });
      const isRefused = (error: unknown) =>
        isClusterError(error, "already-exists") &&
        error.message.includes("rename or remove that ClusterRole");
      await assert.rejects(create(), isRefused);
      await assert.rejects(update({}), isRefused);
      const role = await cluster.get(CLUSTER_ROLES, RECORD);
      assert.deepEqual(role?.["rules"], rules);
    });

    it("is removed by its own id alone, and once", async () => {
      await create();
      await removeRecord(cluster, "another-id");
      await assertRecord();
      await removeRecord(cluster, OWNER);
      assert.equal(await record(), undefined);
      await removeRecord(cluster, OWNER);
    });

    it("writes nothing in another cluster", async () => {
      const elsewhere = { cluster: "another-uid", server: "https://other/" };
      const isRefused = (error: unknown) => isClusterError(error, "another-cluster");
      await assert.rejects(create(elsewhere), isRefused);
      await assert.rejects(update(elsewhere, elsewhere), isRefused);
      assert.equal(await record(), undefined);
    });

    it("in the cluster that it moves to, where nothing is compared with the former one", async () => {
      const { warnings } = await update(
        { components: ["source-controller"] },
        { cluster: "another-uid" },
      );
      assert.deepEqual(warnings, []);
      await assertRecord();
    });
  });

  it("counts what goes with a component, and names who still uses a removed version", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: FLUX } };
    await cluster.create(NAMESPACES, namespace);
    await createDefinitions(cluster, ["notification-controller"]);
    const [alert, , receiver] = FLUX_KINDS["notification-controller"];
    for (const name of ["a", "b"]) {
      await createSample(cluster, alert!, { namespace: FLUX, name });
    }
    await createSample(cluster, receiver!, { namespace: FLUX, name: "r" });
    const old = { definitions: [receivers("v1", "v2")] };
    for (const isPreview of [true, false]) {
      const warningsOf = async (more: JsonObject) => {
        if (!isPreview) return (await update({ ...old, ...more }, old)).warnings;
        const call = recordedCall();
        const known = knownOf({}, inputs(old));
        await resource.preview!(propertiesOf(inputs({ ...old, ...more })), known, call);
        return call.warnings;
      };
      const removed = await warningsOf({ components: ["source-controller"] });
      assert.equal(removed.length, 1);
      assert.match(removed[0] ?? "", /: 2 Alert, 1 Receiver\. /);
      const upgraded = await warningsOf({ definitions: [receivers("v2")] });
      assert.equal(upgraded.length, 1);
      assert.match(upgraded[0] ?? "", /Receiver .*\/v1 is removed.*flux-system\/r/);
      assert.deepEqual(await warningsOf({ version: "v2.9.5" }), []);
    }
  });
});

/** The definition of Receivers at some versions, the last one stored. */
function receivers(...names: readonly string[]): Definition {
  return {
    name: "receivers.notification.toolkit.fluxcd.io",
    group: "notification.toolkit.fluxcd.io",
    kind: "Receiver",
    plural: "receivers",
    component: "notification-controller",
    versions: names.map((name) => ({ name, served: true, storage: name === names.at(-1) })),
  };
}
