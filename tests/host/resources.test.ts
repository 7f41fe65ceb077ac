import assert from "node:assert/strict";
import type { sendUnaryData, ServiceError } from "@grpc/grpc-js";
import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { JsonObject } from "../../provider/core/manifest";
import { IncompleteError } from "../../provider/io/lifecycle/incomplete";
import type { Call, Known, Lifecycle, Properties } from "../../provider/io/lifecycle/lifecycle";
import { answerTo, serve, type Served } from "./served";

const URN = "urn:pulumi:dev::clusters::a:b:Parent$flux-instance:index:Thing::flux:thing";
const FOREIGN = "urn:pulumi:dev::clusters::flux-instance:index:Other::other";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const struct = (value: Record<string, JavaScriptValue>) => Struct.fromJavaScript(value);

/** Remembers what it was asked. */
class Thing implements Lifecycle {
  readonly asked: { what: string; inputs?: Properties; known?: Known; call: Call }[] = [];

  check(inputs: Properties, old: Properties | undefined, call: Call) {
    const known = old === undefined ? {} : { known: { id: "", state: {}, inputs: old } };
    this.asked.push({ what: "check", inputs, call, ...known });
    const bad = inputs.values["size"] === "bad";
    return Promise.resolve(bad ? [{ path: "size", reason: "is bad" }] : []);
  }

  diff(inputs: Properties, known: Known, call: Call) {
    this.asked.push({ what: "diff", inputs, known, call });
    const size = inputs.values["size"] !== known.inputs.values["size"];
    const place = inputs.values["place"] !== known.inputs.values["place"];
    return Promise.resolve({ updated: size ? ["size"] : [], replaced: place ? ["place"] : [] });
  }

  preview(inputs: Properties) {
    return Promise.resolve({ size: inputs.values["size"] ?? null });
  }

  async create(inputs: Properties, call: Call) {
    this.asked.push({ what: "create", inputs, call });
    if (inputs.values["size"] === "slow") {
      await new Promise((_, reject) => {
        call.signal.addEventListener("abort", () => reject(new Error("ended early")));
      });
    }
    if (inputs.values["size"] === "unready") {
      throw new IncompleteError({ size: "unready" }, new Error("it does not get ready"));
    }
    return { size: inputs.values["size"] ?? null, uid: "1" };
  }

  update(inputs: Properties, known: Known, call: Call) {
    this.asked.push({ what: "update", inputs, known, call });
    return Promise.resolve({ ...known.state, size: inputs.values["size"] ?? null });
  }

  read(known: Known, call: Call) {
    this.asked.push({ what: "read", known, call });
    return Promise.resolve(known.state["uid"] === "gone" ? undefined : known.state);
  }

  delete(known: Known, call: Call) {
    this.asked.push({ what: "delete", known, call });
    return known.inputs.values["size"] === "stuck"
      ? Promise.reject(new Error("a Deployment still runs"))
      : Promise.resolve();
  }
}

describe("lifecycle resources of the plugin", () => {
  const thing = new Thing();
  const entry = { load: (): Promise<Thing> => Promise.resolve(thing), outputs: ["size", "uid"] };
  const passedOn: string[] = [];
  const sdk = {
    configure(_call: unknown, reply: sendUnaryData<wire.ConfigureResponse>) {
      const response = new wire.ConfigureResponse();
      response.setAcceptsecrets(true);
      // As the SDK does it, though its types want null.
      reply(undefined as never, response);
    },
    delete(call: { request: wire.DeleteRequest }, reply: sendUnaryData<Empty>) {
      passedOn.push(call.request.getUrn());
      reply(null, new Empty());
    },
    cancel(_call: unknown, reply: sendUnaryData<Empty>) {
      reply(null, new Empty());
    },
  };
  let served: Served;

  beforeEach(async () => {
    thing.asked.length = 0;
    const lifecycleOf = (token: string) =>
      token === "flux-instance:index:Thing" ? entry : undefined;
    const cancel = new AbortController();
    served = await serve({ outputsOf: () => [], lifecycleOf, cancel }, sdk);
  });

  afterEach(() => served.stop());

  const check = (
    news: Record<string, JavaScriptValue>,
    olds?: Record<string, JavaScriptValue>,
    seed = new Uint8Array(),
  ) => {
    const request = new wire.CheckRequest();
    request.setUrn(URN);
    request.setNews(struct(news));
    if (olds !== undefined) request.setOlds(struct(olds));
    request.setRandomseed(seed);
    return answerTo<wire.CheckRequest, wire.CheckResponse>(
      (call, callback) => served.client.check(call, callback),
      request,
    );
  };

  const diff = (news: Record<string, JavaScriptValue>) => {
    const request = new wire.DiffRequest();
    request.setId("id");
    request.setUrn(URN);
    request.setOlds(struct({ size: "old state", uid: "1" }));
    request.setOldInputs(struct({ size: "small", place: "here" }));
    request.setNews(struct(news));
    return answerTo<wire.DiffRequest, wire.DiffResponse>(
      (call, callback) => served.client.diff(call, callback),
      request,
    );
  };

  const create = (news: Record<string, JavaScriptValue>, preview: boolean, timeout = 0) => {
    const request = new wire.CreateRequest();
    request.setUrn(URN);
    request.setProperties(struct(news));
    request.setPreview(preview);
    request.setTimeout(timeout);
    return answerTo<wire.CreateRequest, wire.CreateResponse>(
      (call, callback) => served.client.create(call, callback),
      request,
    );
  };

  const remove = (urn: string, oldInputs: Record<string, JavaScriptValue>, timeout = 0) => {
    const request = new wire.DeleteRequest();
    request.setId("id");
    request.setUrn(urn);
    request.setProperties(struct({ uid: "1" }));
    request.setOldInputs(struct(oldInputs));
    request.setTimeout(timeout);
    return answerTo<wire.DeleteRequest, Empty>(
      (call, callback) => served.client.delete(call, callback),
      request,
    );
  };

  it("are previewed by the plugin itself", async () => {
    const answer = await answerTo<wire.ConfigureRequest, wire.ConfigureResponse>(
      (call, callback) => served.client.configure(call, callback),
      new wire.ConfigureRequest(),
    );
    assert.equal(answer.getSupportspreview(), true);
    assert.equal(answer.getAcceptsecrets(), true);
  });

  it("get secrets revealed and unknowns named, and give inputs back as they came", async () => {
    const inputs = { size: "small", kubeconfig: secret("hidden"), place: { deep: [UNKNOWN] } };
    const answer = await check(inputs);
    assert.deepEqual(answer.getInputs()?.toJavaScript(), inputs);
    const [asked] = thing.asked;
    assert.deepEqual(asked?.inputs?.values, { size: "small", kubeconfig: "hidden" });
    assert.deepEqual([...asked.inputs.unknown], ["place"]);
    assert.equal(asked.known, undefined);
    assert.equal(asked.call.name, "flux:thing");
  });

  it("see the old inputs in a check, and refuse by property", async () => {
    const answer = await check({ size: "bad" }, { size: "small" });
    const failures = answer.getFailuresList().map((one) => [one.getProperty(), one.getReason()]);
    assert.deepEqual(failures, [["size", "is bad"]]);
    assert.deepEqual(thing.asked[0]?.known?.inputs.values, { size: "small" });
  });

  describe("that fill in inputs", () => {
    /** Keeps what it has drawn, and knows the size of the last update. */
    class Drawing extends Thing {
      fill(inputs: Properties, old: Properties | undefined, seed: Uint8Array): JsonObject {
        this.filled.push({ inputs, old });
        const drawn = old?.values["drawn"] ?? Buffer.from(seed).toString("hex");
        return inputs.values["size"] === undefined ? { drawn, size: "small" } : { drawn };
      }
      readonly filled: { inputs: Properties; old: Properties | undefined }[] = [];
    }
    let drawing: Drawing;
    beforeEach(() => {
      drawing = new Drawing();
      entry.load = () => Promise.resolve(drawing);
    });
    afterEach(() => {
      entry.load = () => Promise.resolve(thing);
    });

    it("draw them from the seed of the engine, and check what they have filled in", async () => {
      const answer = await check({ place: "here" }, undefined, Uint8Array.of(1, 255));
      const filled = { place: "here", drawn: "01ff", size: "small" };
      assert.deepEqual(answer.getInputs()?.toJavaScript(), filled);
      assert.deepEqual(drawing.asked[0]?.inputs?.values, filled);
      assert.equal(drawing.filled[0]?.old, undefined);
    });

    it("keep them by the old inputs, and see none where the old ones are empty", async () => {
      const seed = Uint8Array.of(2);
      const kept = await check({ size: "large" }, { drawn: "01ff", size: "small" }, seed);
      assert.deepEqual(kept.getInputs()?.toJavaScript(), { size: "large", drawn: "01ff" });
      const fresh = await check({ size: "large" }, {}, seed);
      assert.deepEqual(fresh.getInputs()?.toJavaScript(), { size: "large", drawn: "02" });
      assert.deepEqual(
        drawing.filled.map(({ old }) => old?.values),
        [{ drawn: "01ff", size: "small" }, undefined],
      );
    });

    it("give secrets and unknowns back as they came", async () => {
      const inputs = { kubeconfig: secret("hidden"), place: UNKNOWN, size: "small" };
      const olds = { kubeconfig: secret("old"), drawn: "01" };
      const answer = await check(inputs, olds);
      assert.deepEqual(answer.getInputs()?.toJavaScript(), { ...inputs, drawn: "01" });
      const [asked] = drawing.filled;
      assert.deepEqual(asked?.inputs.values, { kubeconfig: "hidden", size: "small" });
      assert.deepEqual([...asked.inputs.unknown], ["place"]);
      assert.equal(asked.old?.values["kubeconfig"], "old");
    });
  });

  it("are unchanged, updated or replaced by what their inputs became", async () => {
    const { DIFF_NONE, DIFF_SOME } = wire.DiffResponse.DiffChanges;
    const same = await diff({ size: "small", place: "here" });
    assert.equal(same.getChanges(), DIFF_NONE);
    const updated = await diff({ size: "large", place: "here" });
    assert.deepEqual(
      [updated.getChanges(), updated.getDiffsList(), updated.getReplacesList()],
      [DIFF_SOME, ["size"], []],
    );
    const replaced = await diff({ size: "small", place: "there" });
    assert.deepEqual(replaced.getReplacesList(), ["place"]);
    const kind = replaced.getDetaileddiffMap().get("place")?.getKind();
    assert.equal(kind, wire.PropertyDiff.Kind.UPDATE_REPLACE);
    assert.deepEqual(thing.asked[0]?.known?.state, { size: "old state", uid: "1" });
  });

  it("tell in a preview what they know, and the rest is unknown", async () => {
    const answer = await create({ size: "small" }, true);
    assert.deepEqual(answer.getProperties()?.toJavaScript(), { size: "small", uid: UNKNOWN });
    assert.deepEqual(thing.asked, []);
    const created = await create({ size: "small" }, false);
    assert.equal(created.getId(), "flux:thing");
    assert.deepEqual(created.getProperties()?.toJavaScript(), { size: "small", uid: "1" });
  });

  it("update with what they were", async () => {
    const request = new wire.UpdateRequest();
    request.setId("id");
    request.setUrn(URN);
    request.setOlds(struct({ size: "small", uid: "1" }));
    request.setOldInputs(struct({ size: "small" }));
    request.setNews(struct({ size: "large" }));
    const update = () =>
      answerTo<wire.UpdateRequest, wire.UpdateResponse>(
        (call, callback) => served.client.update(call, callback),
        request,
      );
    const properties = (await update()).getProperties()?.toJavaScript();
    assert.deepEqual(properties, { size: "large", uid: "1" });
    request.setPreview(true);
    const previewed = (await update()).getProperties()?.toJavaScript();
    assert.deepEqual(previewed, { size: "large", uid: UNKNOWN });
    assert.deepEqual(
      thing.asked.map(({ what }) => what),
      ["update"],
    );
  });

  it("are kept by a refresh with their inputs, or found gone", async () => {
    const request = new wire.ReadRequest();
    request.setId("id");
    request.setUrn(URN);
    request.setProperties(struct({ size: "small", uid: "1" }));
    request.setInputs(struct({ kubeconfig: secret("hidden") }));
    const read = () =>
      answerTo<wire.ReadRequest, wire.ReadResponse>(
        (call, callback) => served.client.read(call, callback),
        request,
      );
    const kept = await read();
    assert.equal(kept.getId(), "id");
    assert.deepEqual(kept.getInputs()?.toJavaScript(), { kubeconfig: secret("hidden") });
    assert.deepEqual(kept.getProperties()?.toJavaScript(), { size: "small", uid: "1" });
    request.setProperties(struct({ uid: "gone" }));
    assert.equal((await read()).getId(), "");
  });

  it("are deleted with their newest inputs, and a failure is told", async () => {
    await remove(URN, { size: "small", kubeconfig: secret("hidden") });
    const known = thing.asked[0]?.known;
    assert.deepEqual(known?.inputs.values, { size: "small", kubeconfig: "hidden" });
    assert.deepEqual(known.state, { uid: "1" });
    await assert.rejects(remove(URN, { size: "stuck" }), /a Deployment still runs/);
  });

  it("are kept by the engine where a create fails after it has made something", async () => {
    await assert.rejects(create({ size: "unready" }, false), (error: ServiceError) => {
      assert.match(error.message, /it does not get ready/);
      const [details] = error.metadata.get("grpc-status-details-bin");
      const [detail] = Status.deserializeBinary(details as Buffer).getDetailsList();
      assert.equal(detail?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
      const failed = wire.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
      assert.equal(failed.getId(), "flux:thing");
      assert.deepEqual(failed.getReasonsList(), ["it does not get ready"]);
      assert.equal(failed.getProperties()?.toJavaScript()["size"], "unready");
      return true;
    });
  });

  it("end when their timeout is over, and when the engine cancels", async () => {
    await assert.rejects(create({ size: "slow" }, false, 0.05), /ended early/);
    const slow = create({ size: "slow" }, false);
    const cancelled = assert.rejects(slow, /ended early/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await answerTo<Empty, Empty>(
      (call, callback) => served.client.cancel(call, callback),
      new Empty(),
    );
    await cancelled;
  });

  it("leave every other resource to the SDK", async () => {
    await remove(FOREIGN, {});
    assert.deepEqual(passedOn, [FOREIGN]);
    assert.deepEqual(thing.asked, []);
  });
});
