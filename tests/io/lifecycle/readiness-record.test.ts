import assert from "node:assert/strict";
import type { OwnerRecord } from "../../../provider/core/lifecycle/owner-record";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { IncompleteError } from "../../../provider/io/lifecycle/incomplete";
import {
  createRecord,
  readRecord,
  removeRecord,
} from "../../../provider/io/lifecycle/owner-record";
import { readiness } from "../../../provider/io/lifecycle/readiness";
import type { Surroundings } from "../../../provider/io/oci/access";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { failsWith } from "../../support/cluster-error";
import { controllerDeployment } from "../../support/deployments";
import { kubeconfigOf } from "../../support/fake-api-server";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";
import { mark, recordOf } from "../../support/owned";

const FLUX = "flux-system";
const OWNER = "0123456789abcdef";
const WANTED = ["source-controller", "/Namespace//flux-system"];
const NOWHERE = kubeconfigOf("https://127.0.0.1:1");

describe("readiness and the owner record", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid = "";

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: FLUX } };
    await cluster.create(NAMESPACES, namespace);
  });
  after(() => real?.stop());
  afterEach(async () => {
    const record = await readRecord(cluster);
    if (record !== undefined) await removeRecord(cluster, record.id);
  });

  const inputs = (more: JsonObject = {}): JsonObject => ({
    namespace: FLUX,
    deployments: [],
    owner: OWNER,
    lineage: "lineage",
    cluster: uid,
    kubeconfig: real!.kubeconfig,
    wait: false,
    ...more,
  });
  const record = (wanted: readonly string[] = WANTED, more: Partial<OwnerRecord> = {}) =>
    createRecord(cluster, recordOf(OWNER, wanted, more));
  const tokenIn = async () => (await readRecord(cluster))?.readiness;
  const wantedIn = async () => (await readRecord(cluster))?.wanted;

  describe("of an update", () => {
    it("writes its token, also where nothing is waited for, and keeps it", async () => {
      await record();
      const state = await readiness({}).create(propertiesOf(inputs()), recordedCall());
      const { token } = state as { readonly token: string };
      assert.match(token, /^[0-9a-f]{16}$/);
      assert.deepEqual(state, { ready: false, token });
      assert.equal(await tokenIn(), token);
      const other = await readiness({}).create(propertiesOf(inputs()), recordedCall());
      assert.notEqual(other["token"], token);
      const known = knownOf(state, inputs());
      assert.deepEqual(
        await readiness({}).update(propertiesOf(inputs()), known, recordedCall()),
        state,
      );
      assert.equal(await tokenIn(), token);
      assert.deepEqual([...((await wantedIn()) ?? [])].toSorted(), WANTED.toSorted());
    });

    it("is in the state, with its token, when Flux does not get ready", async () => {
      await record();
      const values = inputs({ wait: true, timeout: 1, deployments: [{ name: "absent" }] });
      await assert.rejects(
        readiness({}).create(propertiesOf(values), recordedCall()),
        (error: unknown) => {
          assert.ok(error instanceof IncompleteError);
          assert.match(error.message, /Deployment\/flux-system\/absent/);
          assert.equal(error.state["ready"], false);
          return true;
        },
      );
      assert.match((await tokenIn()) ?? "", /^[0-9a-f]{16}$/);
    });

    it("fails where the record is gone, another's, or that of a destroy", async () => {
      const create = () => readiness({}).create(propertiesOf(inputs()), recordedCall());
      await assert.rejects(create(), failsWith("another-owner", "no owner record", "pulumi up"));
      await createRecord(cluster, recordOf("another", WANTED));
      await assert.rejects(create(), failsWith("another-owner", "urn:flux, id another"));
      await removeRecord(cluster, "another");
      await record([]);
      await assert.rejects(create(), failsWith("another-owner", "Flux is being destroyed"));
      assert.equal(await tokenIn(), "readiness");
      const elsewhere = propertiesOf(inputs({ cluster: "other" }));
      const moved = readiness({}).create(elsewhere, recordedCall());
      await assert.rejects(moved, failsWith("another-cluster", uid));
    });
  });

  describe("of a delete", () => {
    const remove = async (
      token: string,
      more: JsonObject = {},
      surroundings: Surroundings = {},
      call = recordedCall(),
    ) => {
      await readiness(surroundings).delete(knownOf({ ready: true, token }, inputs(more)), call);
      return call;
    };

    it("records the destroy, whatever the policy", async () => {
      await record();
      await remove("readiness", { deletionPolicy: "Retain" });
      const { resourceVersion, ...marked } = (await readRecord(cluster)) ?? recordOf("", []);
      assert.deepEqual(marked, recordOf(OWNER, []));
      assert.notEqual(resourceVersion, undefined);
      // A destroy that is run again.
      await remove("readiness");
      assert.deepEqual(await wantedIn(), []);
    });

    it("records nothing where it was only replaced, in any cluster", async () => {
      await record();
      await remove("former");
      await remove("former", { cluster: "former" });
      assert.equal((await wantedIn())?.length, WANTED.length);
    });

    it("counts as the newest where the record was made again since", async () => {
      await record(WANTED, { readiness: "" });
      await remove("former");
      assert.deepEqual(await wantedIn(), []);
    });

    it("fails in another cluster, and where another instance owns Flux", async () => {
      await record();
      const elsewhere = remove("readiness", { cluster: "other" });
      await assert.rejects(elsewhere, failsWith("another-cluster", uid));
      assert.equal((await wantedIn())?.length, WANTED.length);
      const foreign = remove("readiness", { owner: "another" });
      await assert.rejects(
        foreign,
        failsWith("another-owner", `urn:flux, id ${OWNER}`, "Nothing was changed"),
      );
      assert.equal((await wantedIn())?.length, WANTED.length);
    });

    it("fails where another state has taken the instance over, also for a replaced Readiness", async () => {
      await record(WANTED, { lineage: "theirs", readiness: "theirs" });
      const former = remove("readiness");
      const words = ["nother state", "urn:flux", OWNER, "pulumi state delete --target-dependents"];
      await assert.rejects(former, failsWith("another-owner", ...words));
      assert.equal((await wantedIn())?.length, WANTED.length);
    });

    it("makes the record again where objects of the instance are left", async () => {
      await remove("readiness");
      assert.equal(await readRecord(cluster), undefined);
      const name = { namespace: FLUX, name: "source-controller" };
      const deployment = controllerDeployment(FLUX, "source-controller");
      await cluster.create(DEPLOYMENTS, deployment, { namespace: FLUX });
      await mark(cluster, DEPLOYMENTS, name, OWNER);
      await remove("readiness", { owner: "another" });
      assert.equal(await readRecord(cluster), undefined);
      await remove("readiness");
      const made = await readRecord(cluster);
      assert.deepEqual(
        [made?.id, made?.lineage, made?.readiness, made?.wanted],
        [OWNER, "lineage", "readiness", []],
      );
      await cluster.delete(DEPLOYMENTS, name);
    });

    it("says how to go on without the cluster, and does so when it is told", async () => {
      await assert.rejects(
        remove("readiness", { kubeconfig: NOWHERE }),
        /ECONNREFUSED.*PULUMI_K8S_DELETE_UNREACHABLE/s,
      );
      const told = await remove("readiness", { kubeconfig: NOWHERE }, { deleteUnreachable: true });
      assert.match(told.warnings.join(), /cannot be reached/);
    });
  });

  it("fails a refresh that looks at another cluster, and only that", async () => {
    const state = { ready: true, token: "readiness" };
    const read = async (more: JsonObject, moveTo: readonly string[] = []) => {
      const call = recordedCall();
      const known = knownOf(state, inputs(more));
      assert.deepEqual(await readiness({ moveTo }).read!(known, call), state);
      return call.warnings;
    };
    assert.deepEqual(await read({}), []);
    await assert.rejects(read({ cluster: "other" }), failsWith("another-cluster", uid));
    assert.deepEqual(await read({ cluster: "other" }, [uid]), []);
    assert.match((await read({ kubeconfig: NOWHERE })).join(), /could not check which cluster/);
  });
});
