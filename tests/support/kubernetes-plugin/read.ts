import type { JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { NoMatchError } from "./discovery";
import { InitFailed } from "./errors";
import { child, identityOf, isBuiltIn, kindOfToken, text, typeOfUrn } from "./identity";
import type { Objects } from "./objects";
import type { Session } from "./session";
import { prune, respell, without, withoutReadOnly } from "./shape";
import { fieldManagerOf, parseCheckpoint, printCheckpoint, toObject } from "./state";
import { markSecrets } from "./struct";
import { checkReady } from "./waiting";

/** A read request: a refresh has inputs and state, an import only the id. */
export interface Lookup {
  readonly id: string;
  readonly urn: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
}

/** What a read answers; an empty id says that the object is gone. */
export interface Found {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly properties: JsonObject;
}

const gone: Found = { id: "", inputs: {}, properties: {} };

/** Reads the live object. */
export async function read(session: Session, request: Lookup): Promise<Found> {
  const { settings, api, log } = session;
  const { id, urn, inputs, state } = request;
  if (typeof api !== "string") return readLive(api, request);
  log("warning", urn, `configured Kubernetes cluster is unreachable: ${api}`);
  if (settings.deleteUnreachable) return gone;
  if (settings.skipUpdateUnreachable) return { id, inputs, properties: state };
  throw new Error(
    `failed to read resource state due to unreachable cluster: ${api}. If the cluster was deleted, ` +
      'set PULUMI_K8S_DELETE_UNREACHABLE to "true" to drop this resource from the state',
  );
}

async function readLive(objects: Objects, request: Lookup): Promise<Found> {
  const { id, urn } = request;
  const old = parseCheckpoint(request.state);
  const given = toObject(request.inputs);
  const imported = given["kind"] === undefined && old.live["kind"] === undefined;
  const oldInputs = identify(given, old.live, urn, id);
  const live = await objects.get(identityOf(oldInputs)).catch((error: unknown) => {
    if (error instanceof NoMatchError || (error instanceof ApiError && error.status === 404)) {
      return undefined;
    }
    throw error;
  });
  if (live === undefined) return gone;
  const inputs = imported ? importedInputs(live) : respell(live, oldInputs);
  const fieldManager = fieldManagerOf(oldInputs, old.fieldManager);
  const initialApiVersion = old.initialApiVersion || identityOf(oldInputs).apiVersion;
  const properties = printCheckpoint(
    { inputs, live, initialApiVersion, fieldManager },
    request.inputs,
  );
  const marked = markSecrets(inputs, request.inputs);
  if (!imported) {
    await checkReady(objects, oldInputs, live).catch((error: unknown) => {
      if (!(error instanceof Error)) throw error;
      throw new InitFailed(id, Object.assign(error, { cause: error }), properties, marked);
    });
  }
  return { id, inputs: marked, properties };
}

/** Inputs that name their object; what is missing comes from the state, the URN and the id. */
function identify(given: JsonObject, live: JsonObject, urn: string, id: string): JsonObject {
  if (given["kind"] !== undefined) return given;
  const slash = id.indexOf("/");
  const [namespace, name] = [id.slice(0, Math.max(slash, 0)), id.slice(slash + 1)];
  const { apiVersion, kind } = kindOfToken(typeOfUrn(urn));
  const metadata = {
    name,
    ...(namespace === "" ? {} : { namespace }),
    ...child(given, "metadata"),
  };
  return {
    ...given,
    apiVersion: text(live["apiVersion"]) || apiVersion,
    kind: text(live["kind"]) || kind.replace(/(?<=.)Patch$/, ""),
    metadata,
  };
}

/** Inputs of an imported object; of a custom resource the real plugin knows only the identity. */
function importedInputs(live: JsonObject): JsonObject {
  const { apiVersion, kind, name, namespace } = identityOf(live);
  const metadata = namespace === "" ? { name } : { name, namespace };
  if (!isBuiltIn(apiVersion)) return prune(live, { apiVersion, kind, metadata });
  const plain = withoutReadOnly(without(live, "status"));
  const annotations = without(
    child(child(plain, "metadata"), "annotations"),
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
  );
  const kept = without(child(plain, "metadata"), "annotations");
  const noted = Object.keys(annotations).length === 0 ? kept : { ...kept, annotations };
  return { ...plain, metadata: noted };
}
