import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import type { InputPropertiesError } from "@pulumi/pulumi/errors";
import { plugin } from "../provider/plugin";
import { FLUX_INSTANCE } from "../provider/resources/outputs";
import { serve } from "./support/registries/server";

describe("the plugin", () => {
  it("ends a construct that waits for a registry when the engine cancels", async () => {
    const requests = new EventEmitter();
    // It takes requests and never answers.
    const registry = await serve((_seen, response) => requests.emit("request", response));
    try {
      const cancel = new AbortController();
      const { construct } = plugin("1.2.3", { surroundings: {}, signal: cancel.signal });
      assert.ok(construct !== undefined);
      const asked = once(requests, "request") as Promise<[ServerResponse]>;
      const distribution = { version: "2.x", artifact: `oci://${registry.address}/a/b` };
      const constructed = construct("flux", FLUX_INSTANCE, { distribution }, {});
      const refused = assert.rejects(constructed, ({ errors }: InputPropertiesError) => {
        assert.match(errors[0]?.reason ?? "", /cancelled/);
        return true;
      });
      const [response] = await asked;
      const closed = once(response, "close");
      cancel.abort();
      await Promise.all([refused, closed]);
    } finally {
      await registry.stop();
    }
  });
});
