import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Json, JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { ClusterError, type ClusterErrorCode } from "../../../provider/io/cluster/error";
import { PODS } from "../../../provider/io/cluster/types";
import {
  kubeconfigOf,
  startFakeApiServer,
  type FakeApiServer,
} from "../../support/fake-api-server";

const POD = { namespace: "n", name: "p" };
const GROUP = "client.authentication.k8s.io";
const ANSWER = JSON.stringify({
  apiVersion: `${GROUP}/v1`,
  kind: "ExecCredential",
  status: { token: "t0ken" },
});

const failsWith = (code: ClusterErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ClusterError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  return true;
};

describe("a login by an exec plugin", function () {
  this.timeout(15_000);
  let folder: string;
  let server: FakeApiServer;

  before(async () => {
    // It takes seconds on a busy machine, and is no part of a login.
    await import("../../../provider/io/cluster/kube-config.js");
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "login-"));
    server = await startFakeApiServer(() => ({ status: 200, body: { a: 1 } }));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });

  /** A cluster whose login is a shell script, which is run in the folder of the test. */
  async function clusterWith(
    script: string,
    { exec = {}, cluster = {} }: { exec?: JsonObject; cluster?: JsonObject } = {},
  ): Promise<Cluster> {
    const command = join(folder, "plugin");
    writeFileSync(command, `#!/bin/sh\ncd '${folder}'\n${script}\n`);
    chmodSync(command, 0o755);
    const user = { exec: { apiVersion: `${GROUP}/v1`, command, ...exec } };
    const config = JSON.parse(kubeconfigOf(server.url, user)) as {
      readonly clusters: [{ readonly cluster: Record<string, Json> }];
    };
    Object.assign(config.clusters[0].cluster, cluster);
    return await connect({ kubeconfig: JSON.stringify(config) }, { surroundings: {} });
  }

  const slow = (seconds: number) =>
    `echo x >> calls; echo $$ > pid; sleep ${seconds}; echo '${ANSWER}'`;

  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;

  /** Waits until the plugin that has written its process id is gone. */
  async function isGone(): Promise<boolean> {
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    for (let tries = 0; tries < 50; tries += 1) {
      try {
        process.kill(pid, 0);
      } catch {
        return true;
      }
      await sleep(50);
    }
    return false;
  }

  it("may take longer than a question, when the session is opened first", async () => {
    const cluster = await clusterWith(slow(1));
    await cluster.open(AbortSignal.timeout(10_000));
    assert.equal(server.received.length, 0, "nothing is asked yet");
    assert.deepEqual(await cluster.get(PODS, POD), { a: 1 });
    assert.equal(server.received[0]?.headers.authorization, "Bearer t0ken");
    assert.equal(calls(), 1);
  });

  it("is ended with its plugin when its time is over, and is tried again later", async () => {
    const cluster = await clusterWith(`test -f calls && exec echo '${ANSWER}'; ${slow(20)}`);
    const started = Date.now();
    await assert.rejects(
      cluster.open(AbortSignal.timeout(700)),
      failsWith("timeout", /^No login for .*: it takes too long; run the exec plugin/),
    );
    assert.ok(Date.now() - started < 5_000);
    assert.ok(await isGone());
    assert.deepEqual(await cluster.get(PODS, POD), { a: 1 });
  });

  it("is ended by force where the plugin does not want to end", async () => {
    const cluster = await clusterWith(`trap '' TERM; ${slow(20)}; sleep 20`);
    await assert.rejects(cluster.open(AbortSignal.timeout(700)), failsWith("timeout", /too long/));
    await sleep(2_500);
    assert.ok(await isGone());
  });

  it("is cancelled with whoever waits for it", async () => {
    const cancel = new AbortController();
    const cluster = await clusterWith(slow(20));
    setTimeout(() => {
      cancel.abort();
    }, 700);
    await assert.rejects(cluster.open(cancel.signal), failsWith("cancelled", /cancelled$/));
    assert.ok(await isGone());
  });

  it("goes on while somebody waits for it", async () => {
    const cluster = await clusterWith(slow(2));
    const [given] = await Promise.allSettled([
      cluster.open(AbortSignal.timeout(700)),
      cluster.open(),
    ]);
    assert.equal(given.status, "rejected");
    assert.deepEqual(await cluster.get(PODS, POD), { a: 1 });
    assert.equal(calls(), 1);
  });

  it("is told of the cluster, with what the kubeconfig has for it", async () => {
    const config = { clusterRef: { namespace: "garden-a", name: "b" } };
    const extensions = [{ name: `${GROUP}/exec`, extension: config }];
    const cluster = await clusterWith(
      `echo "$KUBERNETES_EXEC_INFO" > info; echo "$MINE" > mine; echo '${ANSWER}'`,
      {
        exec: { provideClusterInfo: true, env: [{ name: "MINE", value: "mine" }] },
        cluster: { extensions },
      },
    );
    await cluster.open();
    const info = JSON.parse(readFileSync(join(folder, "info"), "utf8")) as {
      readonly spec: { readonly cluster: JsonObject };
    };
    assert.deepEqual(info.spec.cluster, { server: `${server.url}/`, config });
    assert.equal(readFileSync(join(folder, "mine"), "utf8"), "mine\n");
  });

  it("fails with the words of the plugin, and where it gives nothing", async () => {
    const failing = await clusterWith("echo 'the session has expired' >&2; exit 3");
    await assert.rejects(failing.open(), failsWith("bad-kubeconfig", /the session has expired;/));
    const silent = await clusterWith("exit 3");
    await assert.rejects(silent.open(), failsWith("bad-kubeconfig", /plugin fails without a word/));
    const empty = await clusterWith("echo '{}'");
    await assert.rejects(empty.open(), failsWith("bad-kubeconfig", /plugin gave no credentials/));
    const without = await clusterWith("exit 0", { exec: { command: "" } });
    await assert.rejects(without.open(), failsWith("bad-kubeconfig", /has no command/));
    assert.ok(!existsSync(join(folder, "pid")));
  });
});
