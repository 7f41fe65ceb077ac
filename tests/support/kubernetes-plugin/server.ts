import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { check, diff } from "./check";
import { compareConfig, configValues } from "./configure";
import { create } from "./create";
import { printPath, type Change } from "./diff";
import { toServiceError } from "./errors";
import { read } from "./read";
import { remove } from "./remove";
import { schemaOf } from "./schema";
import { connect, type Log, type Session } from "./session";
import { readSettings } from "./settings";
import { fromStruct, toStruct } from "./struct";
import { update } from "./update";

/** The version of the real plugin that this one stands in for. */
export const version = "4.34.2";

type Handler<I, O> = (request: I) => Promise<O> | O;

/** A gRPC method from a function; what it throws becomes the status of the call. */
function unary<I, O>(handler: Handler<I, O>): handleUnaryCall<I, O> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handler)
      .then((answer) => {
        callback(null, answer);
      })
      .catch((error: unknown) => {
        callback(toServiceError(error instanceof Error ? error : new Error(String(error))));
      });
  };
}

/** The provider service: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */
export function providerService(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): UntypedServiceImplementation {
  const cancel = new AbortController();
  let configured: Session | undefined;
  const session = (): Session => {
    if (configured === undefined) throw new Error("the provider is not configured");
    return configured;
  };
  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(schemaOf(version))),
    checkConfig: unary((request: rpc.CheckRequest) => {
      return new rpc.CheckResponse().setInputs(request.getNews());
    }),
    diffConfig: unary(diffConfig),
    configure: unary(async (request: rpc.ConfigureRequest) => {
      const settings = readSettings(requestedValues(request), env);
      configured = await connect(settings, env, log, cancel.signal);
      return configureAnswer();
    }),
    check: unary((request: rpc.CheckRequest) => onCheck(session(), request)),
    diff: unary((request: rpc.DiffRequest) => onDiff(session(), request)),
    create: unary((request: rpc.CreateRequest) => onCreate(session(), request)),
    read: unary((request: rpc.ReadRequest) => onRead(session(), request)),
    update: unary((request: rpc.UpdateRequest) => onUpdate(session(), request)),
    delete: unary((request: rpc.DeleteRequest) => onDelete(session(), request)),
    cancel: unary(() => {
      cancel.abort();
      return new Empty();
    }),
  };
}

/** Values come as `kubernetes:config:KEY` variables, and again as arguments. */
function requestedValues(request: rpc.ConfigureRequest): ReadonlyMap<string, string> {
  const variables = [...request.getVariablesMap().entries()].map(
    ([key, value]) => [key.slice(key.lastIndexOf(":") + 1), value] as const,
  );
  return new Map([...configValues(fromStruct(request.getArgs())), ...variables]);
}

function configureAnswer(): rpc.ConfigureResponse {
  return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
}

function diffConfig(request: rpc.DiffRequest): rpc.DiffResponse {
  const { changed, replaces } = compareConfig(
    fromStruct(request.getOlds()),
    fromStruct(request.getNews()),
  );
  return new rpc.DiffResponse()
    .setChanges(changesOf(changed.length))
    .setDiffsList([...changed])
    .setReplacesList([...replaces]);
}

function changesOf(count: number): rpc.DiffResponse.DiffChanges {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  return count === 0 ? DIFF_NONE : DIFF_SOME;
}

async function onCheck(session: Session, request: rpc.CheckRequest): Promise<rpc.CheckResponse> {
  const { inputs, failure } = await check(
    session,
    request.getUrn(),
    fromStruct(request.getOlds()),
    fromStruct(request.getNews()),
  );
  const answer = new rpc.CheckResponse().setInputs(toStruct(inputs));
  if (failure !== undefined) {
    const { property, reason } = failure;
    answer.addFailures(new rpc.CheckFailure().setProperty(property).setReason(reason));
  }
  return answer;
}

async function onDiff(session: Session, request: rpc.DiffRequest): Promise<rpc.DiffResponse> {
  const { changes, deleteBeforeReplace } = await diff(
    session,
    request.getUrn(),
    fromStruct(request.getOlds()),
    fromStruct(request.getNews()),
    request.getIgnorechangesList(),
  );
  const replaces = changes.filter((change) => change.replaces);
  const answer = new rpc.DiffResponse()
    .setChanges(changesOf(changes.length))
    .setReplacesList(replaces.map(({ path }) => printPath(path)))
    .setDiffsList([...new Set(changes.map(({ path }) => String(path[0])))])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) {
    answer.getDetaileddiffMap().set(printPath(change.path), propertyDiff(change));
  }
  return answer;
}

function propertyDiff({ kind, replaces }: Change): rpc.PropertyDiff {
  const kinds = rpc.PropertyDiff.Kind;
  const plain = { add: kinds.ADD, delete: kinds.DELETE, update: kinds.UPDATE };
  const replacing = {
    add: kinds.ADD_REPLACE,
    delete: kinds.DELETE_REPLACE,
    update: kinds.UPDATE_REPLACE,
  };
  return new rpc.PropertyDiff()
    .setKind((replaces ? replacing : plain)[kind])
    .setInputdiff(kind === "delete");
}

async function onCreate(session: Session, request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
  const { id, properties } = await create(session, {
    urn: request.getUrn(),
    news: fromStruct(request.getProperties()),
    preview: request.getPreview(),
    timeout: request.getTimeout(),
  });
  return new rpc.CreateResponse().setId(id).setProperties(toStruct(properties));
}

async function onRead(session: Session, request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
  const found = await read(session, {
    id: request.getId(),
    urn: request.getUrn(),
    inputs: fromStruct(request.getInputs()),
    state: fromStruct(request.getProperties()),
  });
  return new rpc.ReadResponse()
    .setId(found.id)
    .setInputs(toStruct(found.inputs))
    .setProperties(toStruct(found.properties));
}

async function onUpdate(session: Session, request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
  const properties = await update(session, {
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    preview: request.getPreview(),
    timeout: request.getTimeout(),
    ignore: request.getIgnorechangesList(),
  });
  return new rpc.UpdateResponse().setProperties(toStruct(properties));
}

async function onDelete(session: Session, request: rpc.DeleteRequest): Promise<Empty> {
  await remove(session, {
    urn: request.getUrn(),
    olds: fromStruct(request.getProperties()),
    timeout: request.getTimeout(),
  });
  return new Empty();
}
