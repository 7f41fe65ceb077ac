import assert from "node:assert/strict";
import type { ObjectReference } from "../../../provider/core/lifecycle/inputs";
import type { JsonObject } from "../../../provider/core/manifest";
import { isClusterError } from "../../../provider/io/cluster/error";
import type { Found } from "../../../provider/io/lifecycle/adoption-objects";
import { untilGone } from "../../../provider/io/lifecycle/guard-wait";
import { startFakeApiServer, type Reply } from "../../support/fake-api-server";

const SERVICES = { group: "", version: "v1", plural: "services" };

const going = (name: string): Found => {
  const reference: ObjectReference = { apiVersion: "v1", kind: "Service", namespace: "n", name };
  return { type: SERVICES, reference, live: { metadata: { name, uid: `uid of ${name}` } } };
};

/** Waits while a stand-in answers for the objects by name; it is told how often each was asked for. */
async function wait(
  names: readonly string[],
  limit: number,
  metadataOf: (name: string, asked: number) => JsonObject | undefined,
): Promise<number> {
  const asked = new Map<string, number>();
  const server = await startFakeApiServer(({ path }): Reply => {
    const name = path.split("/").at(-1) ?? "";
    const count = (asked.get(name) ?? 0) + 1;
    asked.set(name, count);
    const metadata = metadataOf(name, count);
    if (metadata === undefined) return { status: 404, body: { reason: "NotFound" } };
    return { status: 200, body: { metadata } };
  });
  const { kubeconfig } = server;
  const look = { objects: [], namespace: "n", surroundings: {}, signal: undefined };
  try {
    await untilGone({ ...look, connection: { kubeconfig } }, names.map(going), limit);
    return Math.max(...asked.values());
  } finally {
    await server.close();
  }
}

describe("own objects that are being deleted", function () {
  this.timeout(20_000);
  const alive = (name: string): JsonObject => ({
    name,
    uid: `uid of ${name}`,
    finalizers: ["example.com/keep"],
  });

  it("are waited for until the last one is gone", async () => {
    const rounds = await wait(["a", "b"], 15_000, (name, asked) =>
      asked < (name === "a" ? 2 : 3) ? alive(name) : undefined,
    );
    assert.equal(rounds, 3);
  });

  it("are gone when another object has their name", async () => {
    const rounds = await wait(["a"], 15_000, (name) => ({ ...alive(name), uid: "another" }));
    assert.equal(rounds, 1);
  });

  it("are named with what holds them when the time is over, and those that are gone are not", async () => {
    const waited = wait(["a", "b"], 1_500, (name) => (name === "a" ? alive(name) : undefined));
    await assert.rejects(waited, (error) => {
      assert.ok(isClusterError(error, "timeout"), String(error));
      assert.ok(
        error.message.includes("services n/a (finalizers example.com/keep)"),
        error.message,
      );
      assert.ok(!error.message.includes("n/b"), error.message);
      return true;
    });
  });
});
