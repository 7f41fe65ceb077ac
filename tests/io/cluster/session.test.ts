import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import type { Access } from "../../../provider/io/cluster/connection";
import { ClusterError, type ClusterErrorCode } from "../../../provider/io/cluster/error";
import { collect } from "../../../provider/io/cluster/list";
import { PODS } from "../../../provider/io/cluster/types";
import {
  kubeconfigOf,
  startFakeApiServer,
  type FakeApiServer,
  type Received,
  type Reply,
} from "../../support/fake-api-server";

const POD = { namespace: "n", name: "p" };

const failsWith =
  (code: ClusterErrorCode, ...words: readonly string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.code, code, error.message);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    assert.ok(!error.message.includes("t0ken"), "no credential in the message");
    return true;
  };

const page = (names: readonly string[], next = "") => ({
  status: 200,
  body: {
    items: names.map((name) => ({ metadata: { name, uid: name } })),
    metadata: { continue: next },
  },
});
const expired = { status: 410, body: { kind: "Status", reason: "Expired", message: "too old" } };

describe("a session with an API server", function () {
  this.timeout(10_000);
  let server: FakeApiServer | undefined;
  afterEach(() => server?.close());

  const start = async (
    reply: (request: Received, count: number) => Reply,
    access: Partial<Access> = {},
  ): Promise<Cluster> => {
    await server?.close();
    server = await startFakeApiServer(reply);
    return await connect({ kubeconfig: server.kubeconfig }, { surroundings: {}, ...access });
  };

  it("logs in, over one kept connection", async () => {
    const cluster = await start(() => ({ status: 200, body: { a: 1 } }));
    assert.deepEqual(await cluster.get(PODS, POD), { a: 1 });
    await cluster.get(PODS, POD);
    const [first, second] = server!.received;
    assert.equal(first?.path, "/api/v1/namespaces/n/pods/p");
    assert.equal(first.headers.authorization, "Bearer t0ken");
    assert.equal(first.port, second?.port);
  });

  it("waits as long as an overloaded server asks, and repeats what broke", async () => {
    const times: number[] = [];
    const cluster = await start((_, count) => {
      times.push(Date.now());
      if (count === 1) return { status: 429, headers: { "retry-after": "1" } };
      return count === 2 ? "reset" : { status: 200, body: { a: 1 } };
    });
    assert.deepEqual(await cluster.get(PODS, POD), { a: 1 });
    assert.equal(times.length, 3);
    assert.ok(times[1]! - times[0]! >= 1000);
  });

  it("gives up where a server asks for more than its patience, or fails for good", async () => {
    const busy = await start(() => ({ status: 429, headers: { "retry-after": "100" } }));
    await assert.rejects(
      busy.get(PODS, POD),
      failsWith("unavailable", "get pods n/p", "HTTP 429", 'context "somewhere"'),
    );
    assert.equal(server!.received.length, 1);
    const broken = await start(() => ({ status: 500, body: { message: "webhook failed" } }));
    await assert.rejects(broken.get(PODS, POD), failsWith("unavailable", "webhook failed"));
    assert.equal(server!.received.length, 4);
  });

  it("starts a list again that the server has forgotten, without doubles", async () => {
    const cluster = await start(({ query }, count) => {
      if (query.get("continue") === null) return page(["a", "b"], "more");
      return count === 2 ? expired : page(["c"]);
    });
    const pods = await collect(cluster.list(PODS, { limit: 2 }));
    const names = pods.map((item) => (item["metadata"] as { name: string }).name);
    assert.deepEqual(names, ["a", "b", "c"]);
    assert.equal(server!.received.length, 4);
    assert.equal(server!.received[0]?.query.get("limit"), "2");
  });

  it("gives up a list that is forgotten every time", async () => {
    const cluster = await start(({ query }) =>
      query.get("continue") === null ? page(["a"], "more") : expired,
    );
    await assert.rejects(collect(cluster.list(PODS)), failsWith("expired", "list pods"));
  });

  it("names the remedy of a refusal", async () => {
    const message = 'pods "p" is forbidden: User "u" cannot get it';
    const cluster = await start(() => ({ status: 403, body: { message } }));
    await assert.rejects(cluster.get(PODS, POD), failsWith("forbidden", message, "that right"));
  });

  it("renews a login that has run out, once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exec-"));
    try {
      // A plugin that counts how often it is called, and is told of the cluster.
      const answer = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-'$(($(wc -l < calls)))'"}}`;
      const script = `#!/bin/sh\ncd '${folder}' && echo x >> calls && test -n "$KUBERNETES_EXEC_INFO" && echo '${answer}'\n`;
      writeFileSync(join(folder, "login"), script);
      chmodSync(join(folder, "login"), 0o755);
      let good = "token-2";
      server = await startFakeApiServer(({ headers }) =>
        headers.authorization === `Bearer ${good}` ? { status: 200 } : { status: 401 },
      );
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./login" };
      const path = join(folder, "config");
      writeFileSync(path, kubeconfigOf(server.url, { exec }));
      const cluster = await connect({ kubeconfig: path }, { surroundings: {} });
      await assert.rejects(cluster.get(PODS, POD), failsWith("unauthorized", "renew"));
      assert.deepEqual(await cluster.get(PODS, POD), {});
      good = "token-3";
      assert.deepEqual(await cluster.get(PODS, POD), {});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("tells of a plugin that is missing or answers nonsense, and never shows the answer", async () => {
    const find = async (command: string, args: readonly string[]) => {
      const kubeconfig = kubeconfigOf("https://127.0.0.1:1", { exec: { command, args } });
      const cluster = await connect({ kubeconfig }, { surroundings: {} });
      return await cluster.get(PODS, POD);
    };
    await assert.rejects(find("no-such-plugin", []), failsWith("bad-kubeconfig", "no-such-plugin"));
    await assert.rejects(find("echo", ["t0ken"]), failsWith("bad-kubeconfig", "no JSON"));
  });

  it("ends in time, and when it is cancelled", async () => {
    const slow = await start(() => "silence", { timeLimit: 50 });
    await assert.rejects(slow.get(PODS, POD), failsWith("timeout"));
    const cancel = new AbortController();
    const cancelled = await start(() => "silence", { signal: cancel.signal });
    setTimeout(() => {
      cancel.abort();
    }, 50);
    await assert.rejects(cancelled.get(PODS, POD), failsWith("cancelled"));
  });

  it("tells of a server that is not there", async () => {
    const kubeconfig = kubeconfigOf("http://127.0.0.1:1");
    const cluster = await connect({ kubeconfig }, { surroundings: {}, patience: 1_000 });
    await assert.rejects(
      cluster.get(PODS, POD),
      failsWith("unreachable", "ECONNREFUSED", "http://127.0.0.1:1"),
    );
  });

  it("reads no answer without an end", async () => {
    const cluster = await start(() => ({ status: 200, body: { a: "x".repeat(64 * 1024 ** 2) } }));
    const words = "Can't get pods n/p: the answer of the API server is larger than 64 MiB";
    await assert.rejects(cluster.get(PODS, POD), failsWith("invalid", words));
    assert.equal(server!.received.length, 1);
  });

  it("reads no list without an end", async () => {
    const cluster = await start((_request, count) => page([`p${count}`], "more"));
    const reading = collect(cluster.list(PODS));
    await assert.rejects(reading, failsWith("invalid", "more than 1000 pages"));
    assert.equal(server!.received.length, 1_000);
  });

  it("says nothing of what it was sent, and nothing that can't be seen", async () => {
    const token = "a-long-t0ken";
    const echo = `bad header Authorization: Bearer ${token}\nerror: \u202eforged\u0007`;
    await server?.close();
    server = await startFakeApiServer(() => ({ status: 403, body: { message: echo } }));
    const kubeconfig = kubeconfigOf(server.url, { token });
    const cluster = await connect({ kubeconfig }, { surroundings: {} });
    const words = "Bearer (credential) error: forged; give the user";
    await assert.rejects(cluster.get(PODS, POD), failsWith("forbidden", words));
  });
});
