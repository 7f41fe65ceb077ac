import assert from "node:assert/strict";
import { startRegistry } from "../../tools/registry";
import { leftOvers } from "./processes";
import { requireTools } from "./require-tools";

describe("a registry", function () {
  this.timeout(60_000);
  let program = "";
  before(async function () {
    program = (await requireTools(this, ["registry"])).registry;
  });

  it("takes and returns a blob, and leaves no process and no file", async () => {
    const registry = await startRegistry({ program });
    try {
      const blobs = `http://${registry.address}/v2/a/b/blobs`;
      const digest = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
      const upload = await fetch(`${blobs}/uploads/`, { method: "POST" });
      const place = new URL(upload.headers.get("location") ?? "", blobs);
      place.searchParams.set("digest", digest);
      const put = await fetch(place, { method: "PUT", body: "hello" });
      assert.equal(put.status, 201);
      assert.equal(await (await fetch(`${blobs}/${digest}`)).text(), "hello");
    } finally {
      await registry.stop();
    }
    assert.deepEqual(await leftOvers(registry.dataFolder, 0), []);
  });
});
