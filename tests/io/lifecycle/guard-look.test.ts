import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isClusterError } from "../../../provider/io/cluster/error";
import {
  lookForPreview,
  lookForUpdate,
  PREVIEW_LIMITS,
  type Look,
} from "../../../provider/io/lifecycle/guard-look";
import type { Sighting } from "../../../provider/io/lifecycle/sighting";
import {
  kubeconfigOf,
  startFakeApiServer,
  type FakeApiServer,
  type Received,
  type Reply,
} from "../../support/fake-api-server";

const GROUP = "client.authentication.k8s.io";
const ANSWER = JSON.stringify({
  apiVersion: `${GROUP}/v1`,
  kind: "ExecCredential",
  status: { token: "t0ken" },
});
const UID = "0000-1111";
const KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
const RECORD = "/apis/rbac.authorization.k8s.io/v1/clusterroles/flux-instance";

/** A cluster with nothing in it but its identity. */
const empty = ({ path }: Received): Reply =>
  path === KUBE_SYSTEM
    ? { status: 200, body: { metadata: { name: "kube-system", uid: UID } } }
    : { status: 404, body: { reason: "NotFound" } };

describe("the limits of a look in a preview", () => {
  it("give a login 15 seconds of its own, and the questions 5 seconds after it", () => {
    assert.deepEqual(PREVIEW_LIMITS, { login: 15_000, questions: 5_000 });
  });
});

describe("a look before an update or in a preview", function () {
  this.timeout(20_000);
  let folder: string;
  let server: FakeApiServer;

  before(async () => {
    // It takes seconds on a busy machine, and is no part of a login.
    await import("../../../provider/io/cluster/kube-config.js");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guard-look-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });

  const start = async (reply: (request: Received) => Reply) => {
    server = await startFakeApiServer(reply);
  };
  const lookAt = (kubeconfig = server.kubeconfig, signal?: AbortSignal): Look => ({
    connection: { kubeconfig },
    objects: [],
    namespace: "flux-system",
    surroundings: {},
    signal,
  });
  /** A kubeconfig whose login is a program that takes some time. */
  const slowLogin = (seconds: number): string => {
    const command = join(folder, "login");
    writeFileSync(command, `#!/bin/sh\nsleep ${seconds}\necho '${ANSWER}'\n`);
    chmodSync(command, 0o755);
    return kubeconfigOf(server.url, { exec: { apiVersion: `${GROUP}/v1`, command } });
  };
  const failureIn = (found: Sighting | { readonly failure: string }): string => {
    assert.ok("failure" in found, "a preview goes on without an answer");
    return found.failure;
  };

  it("waits in a preview for a login that takes longer than the questions may", async () => {
    await start(empty);
    const found = await lookForPreview(lookAt(slowLogin(1)), { login: 10_000, questions: 900 });
    assert.ok(!("failure" in found), JSON.stringify(found));
    assert.equal(found.cluster, UID);
  });

  it("gives up in a preview on a login that takes too long, and says so", async () => {
    await start(empty);
    const begin = Date.now();
    const look = lookAt(slowLogin(4));
    const failure = failureIn(await lookForPreview(look, { login: 500, questions: 10_000 }));
    assert.ok(Date.now() - begin < 3_000);
    assert.match(failure, /log ?in/i);
    assert.match(failure, /somewhere/, "it names the context");
    assert.deepEqual(server.received, []);
  });

  it("gives up in a preview on an API server that does not answer", async () => {
    await start(() => "silence");
    const begin = Date.now();
    const failure = failureIn(await lookForPreview(lookAt(), { login: 10_000, questions: 500 }));
    assert.match(failure, /does not answer in time/);
    assert.ok(Date.now() - begin < 3_000);
  });

  it("gives up in a preview on an address where nobody listens, after about a second", async () => {
    await start(empty);
    const begin = Date.now();
    const failure = failureIn(await lookForPreview(lookAt(kubeconfigOf("http://127.0.0.1:1"))));
    assert.match(failure, /can't be reached/);
    assert.ok(Date.now() - begin < 4_000);
  });

  it("goes on in a preview without a right, and without a kubeconfig that can be used", async () => {
    await start(() => ({ status: 403, body: { message: "this user may not" } }));
    assert.match(failureIn(await lookForPreview(lookAt())), /this user may not/);
    const broken = failureIn(await lookForPreview(lookAt("{}")));
    assert.match(broken, /The cluster can't be found/);
  });

  it("fails also in a preview where the name of the record is somebody else's", async () => {
    await start((request) =>
      request.path === RECORD
        ? { status: 200, body: { metadata: { name: "flux-instance" } } }
        : empty(request),
    );
    const isTaken = (error: unknown) => isClusterError(error, "already-exists");
    await assert.rejects(lookForPreview(lookAt()), isTaken);
    await assert.rejects(lookForUpdate(lookAt(), 10_000), isTaken);
  });

  it("ends when the engine cancels", async () => {
    await start(() => "silence");
    const cancel = new AbortController();
    setTimeout(() => {
      cancel.abort();
    }, 200);
    const look = lookAt(server.kubeconfig, cancel.signal);
    const isCancelled = (error: unknown) => isClusterError(error, "cancelled");
    await Promise.all([
      assert.rejects(lookForPreview(look), isCancelled),
      assert.rejects(lookForUpdate(look, 60_000), isCancelled),
    ]);
  });

  it("has looked before an update, or fails within the time of the update", async () => {
    await start(empty);
    assert.equal((await lookForUpdate(lookAt(slowLogin(1)), 10_000)).cluster, UID);
    const begin = Date.now();
    await assert.rejects(lookForUpdate(lookAt(slowLogin(4)), 500), (error) =>
      isClusterError(error, "timeout"),
    );
    assert.ok(Date.now() - begin < 3_000);
    const unending = 1_000 * 60 * 60 * 24 * 365;
    assert.equal((await lookForUpdate(lookAt(), unending)).cluster, UID);
  });
});
