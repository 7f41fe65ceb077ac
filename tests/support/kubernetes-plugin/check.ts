import { type JsonObject } from "../../../provider/core/manifest";
import { child, identityOf, isCrd, isPatch } from "./identity";
import { compare, type Difference } from "./diff";
import type { Session } from "./session";
import { withoutReadOnly } from "./shape";
import { parseCheckpoint, toObject } from "./state";
import { markSecrets } from "./struct";

/** The checked inputs, or why they are refused. */
export interface Checked {
  readonly inputs: JsonObject;
  readonly failure?: { readonly property: string; readonly reason: string };
}

/** Completes the inputs: the namespace of a namespaced kind that names none. */
export async function check(
  session: Session,
  urn: string,
  olds: JsonObject,
  news: JsonObject,
): Promise<Checked> {
  const { settings, api } = session;
  if (typeof api === "string" && settings.skipUpdateUnreachable) return { inputs: olds };
  const object = withoutReadOnly(toObject(news));
  if (!settings.serverSideApply && isPatch(urn, object)) {
    throw new Error(
      "patch resources require Server-Side Apply mode, which the provider's enableServerSideApply switches on",
    );
  }
  const { apiVersion, kind, name, namespace } = identityOf(object);
  if (apiVersion === "" || kind === "" || name === "") {
    const property = apiVersion === "" ? "apiVersion" : kind === "" ? "kind" : "metadata.name";
    return { inputs: news, failure: { property, reason: "the stand-in requires it as a string" } };
  }
  if (typeof api === "string") return { inputs: markSecrets(object, news) };
  if (isCrd(object)) api.discovery.remember(object);
  const placed =
    namespace === "" && (await api.discovery.isNamespaced(apiVersion, kind))
      ? place(object, session.namespace)
      : object;
  return { inputs: markSecrets(placed, news) };
}

function place(object: JsonObject, namespace: string): JsonObject {
  if (namespace === "") return object;
  return { ...object, metadata: { ...child(object, "metadata"), namespace } };
}

/** Compares new inputs with the checkpoint. */
export async function diff(
  session: Session,
  urn: string,
  olds: JsonObject,
  news: JsonObject,
  ignore: readonly string[],
): Promise<Difference> {
  const { settings, api } = session;
  const checkpoint = parseCheckpoint(olds);
  const newInputs = toObject(news);
  const { apiVersion, kind } = identityOf(newInputs);
  return compare({
    oldInputs: checkpoint.inputs,
    oldLive: checkpoint.live,
    newInputs,
    namespaced: typeof api === "string" || (await api.discovery.isNamespaced(apiVersion, kind)),
    patch: isPatch(urn, newInputs),
    mutable: { secrets: settings.secretMutable, configMaps: settings.configMapMutable },
    ignore,
  });
}
