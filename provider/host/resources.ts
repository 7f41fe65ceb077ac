import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, Value, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type {
  Call,
  Diff,
  Known,
  Lifecycle,
  LifecycleEntry,
  State,
} from "../io/lifecycle/lifecycle";
import { firstOf } from "../io/signal";
import type { EngineLog } from "./engine-log";
import { toCreateFailure } from "./incomplete";
import { toProperties, toStruct } from "./properties";

/** What a request of the engine for one resource has in any case. */
interface ResourceRequest {
  getUrn(): string;
}

/** Answers the engine's calls for lifecycle resources; each ends when the engine cancels. */
export class Resources {
  readonly #entries: (token: string) => LifecycleEntry | undefined;
  readonly #log: EngineLog;
  readonly #cancelled: AbortSignal;

  constructor(
    entries: (token: string) => LifecycleEntry | undefined,
    log: EngineLog,
    cancelled: AbortSignal,
  ) {
    this.#entries = entries;
    this.#log = log;
    this.#cancelled = cancelled;
  }

  /** Whether a resource is one of ours. */
  has(urn: string): boolean {
    return this.#entries(tokenOf(urn)) !== undefined;
  }

  async check(request: wire.CheckRequest): Promise<wire.CheckResponse> {
    const inputs = request.getNews() ?? new Struct();
    const response = new wire.CheckResponse();
    response.setInputs(inputs);
    const { lifecycle } = await this.#of(request);
    const old = request.hasOlds() ? toProperties(request.getOlds()) : undefined;
    const known = old !== undefined && Object.keys(old.values).length > 0 ? old : undefined;
    const given = toProperties(inputs);
    const filled = lifecycle.fill?.(given, known, request.getRandomseed_asU8()) ?? {};
    for (const [name, value] of Object.entries(filled)) {
      inputs.getFieldsMap().set(name, Value.fromJavaScript(value as JavaScriptValue));
    }
    const call = this.#call(request);
    const all = { ...given, values: { ...given.values, ...filled } };
    const problems = (await lifecycle.check?.(all, known, call)) ?? [];
    response.setFailuresList(problems.map(({ path, reason }) => toFailure(path, reason)));
    return response;
  }

  async diff(request: wire.DiffRequest): Promise<wire.DiffResponse> {
    const { lifecycle } = await this.#of(request);
    const known = knownOf(request.getId(), request.getOlds(), request.getOldInputs());
    const inputs = toProperties(request.getNews());
    return toDiffResponse(await lifecycle.diff(inputs, known, this.#call(request)));
  }

  async create(request: wire.CreateRequest): Promise<wire.CreateResponse> {
    const { lifecycle, outputs } = await this.#of(request);
    const inputs = toProperties(request.getProperties());
    const call = this.#call(request, request.getTimeout());
    const response = new wire.CreateResponse();
    if (request.getPreview()) {
      const state = (await lifecycle.preview?.(inputs, undefined, call)) ?? {};
      response.setProperties(toStruct(state, outputs));
      return response;
    }
    const id = nameOf(request.getUrn());
    try {
      response.setProperties(toStruct(await lifecycle.create(inputs, call), outputs));
    } catch (error) {
      throw toCreateFailure(error, id, outputs);
    }
    response.setId(id);
    return response;
  }

  async update(request: wire.UpdateRequest): Promise<wire.UpdateResponse> {
    const { lifecycle, outputs } = await this.#of(request);
    const known = knownOf(request.getId(), request.getOlds(), request.getOldInputs());
    const inputs = toProperties(request.getNews());
    const call = this.#call(request, request.getTimeout());
    const state = request.getPreview()
      ? ((await lifecycle.preview?.(inputs, known, call)) ?? {})
      : await lifecycle.update(inputs, known, call);
    const response = new wire.UpdateResponse();
    response.setProperties(toStruct(state, outputs));
    return response;
  }

  async read(request: wire.ReadRequest): Promise<wire.ReadResponse> {
    const { lifecycle, outputs } = await this.#of(request);
    const known = knownOf(request.getId(), request.getProperties(), request.getInputs());
    const response = new wire.ReadResponse();
    const state =
      lifecycle.read === undefined ? known.state : await lifecycle.read(known, this.#call(request));
    if (state === undefined) return response;
    response.setId(request.getId());
    response.setInputs(request.getInputs());
    response.setProperties(toStruct(state, outputs));
    return response;
  }

  async delete(request: wire.DeleteRequest): Promise<Empty> {
    const { lifecycle } = await this.#of(request);
    const known = knownOf(request.getId(), request.getProperties(), request.getOldInputs());
    await lifecycle.delete(known, this.#call(request, request.getTimeout()));
    return new Empty();
  }

  async #of(
    request: ResourceRequest,
  ): Promise<{ lifecycle: Lifecycle; outputs: readonly string[] }> {
    const token = tokenOf(request.getUrn());
    const entry = this.#entries(token);
    if (entry === undefined) throw new Error(`flux-instance has no resource of type ${token}`);
    return { lifecycle: await entry.load(), outputs: entry.outputs };
  }

  /** @param timeout in seconds; 0 is none */
  #call(request: ResourceRequest, timeout = 0): Call {
    const urn = request.getUrn();
    const limit = timeout > 0 ? AbortSignal.timeout(timeout * 1_000) : undefined;
    return {
      name: nameOf(urn),
      signal: firstOf(this.#cancelled, limit),
      warn: (line) => {
        this.#log.warn(urn, line);
      },
      info: (line) => {
        this.#log.info(urn, line);
      },
    };
  }
}

function knownOf(id: string, state: Struct | undefined, inputs: Struct | undefined): Known {
  return { id, state: toProperties(state).values as State, inputs: toProperties(inputs) };
}

function toFailure(path: string, reason: string): wire.CheckFailure {
  const failure = new wire.CheckFailure();
  failure.setProperty(path);
  failure.setReason(reason);
  return failure;
}

function toDiffResponse({ updated, replaced }: Diff): wire.DiffResponse {
  const { Kind } = wire.PropertyDiff;
  const response = new wire.DiffResponse();
  const changed = updated.length + replaced.length > 0;
  const { DIFF_NONE, DIFF_SOME } = wire.DiffResponse.DiffChanges;
  response.setChanges(changed ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...updated, ...replaced]);
  response.setReplacesList([...replaced]);
  response.setHasdetaileddiff(true);
  const details = response.getDetaileddiffMap();
  for (const name of updated) details.set(name, toPropertyDiff(Kind.UPDATE));
  for (const name of replaced) details.set(name, toPropertyDiff(Kind.UPDATE_REPLACE));
  return response;
}

function toPropertyDiff(kind: wire.PropertyDiff.Kind): wire.PropertyDiff {
  const difference = new wire.PropertyDiff();
  difference.setKind(kind);
  difference.setInputdiff(true);
  return difference;
}

/** The type at the end of a URN. https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
