import { textAt } from "../../core/deployment";
import {
  problemsOfClaim,
  problemsOfNewcomer,
  problemsOfPlace,
  toClaim,
  type Claim,
  type Place,
} from "../../core/lifecycle/claim";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Problem } from "../../core/problem";
import type { Surroundings } from "../oci/access";
import type { Diff, Known, Lifecycle, Properties, State } from "./lifecycle";

/** Bytes of the seed for each drawn text; 16 hex digits. */
const DRAWN_BYTES = 8;

/**
 * Keeps whose the objects of an instance are, and in which cluster they are. It comes first of all children. Transition keeps
 * the same, so that the replacement of one of the two loses neither.
 *
 * Inputs: `cluster` and `server`, which the kubeconfig leads to; `instance`, the URN of the component; `claim`, who owns Flux in
 * that cluster (Claim); `moveTo` and `takeOver`, what the user has named for this run; `drawn` and `token`, which the resource
 * fills in. Outputs: `owner`, the id; `token`; `cluster`; `server`.
 */
export function identity(surroundings: Surroundings): Lifecycle {
  return {
    fill: (_inputs, old, seed) => ({
      drawn: oldOr(old, "drawn", seed.subarray(0, DRAWN_BYTES)),
      token: oldOr(old, "token", seed.subarray(DRAWN_BYTES, 2 * DRAWN_BYTES)),
    }),
    check: ({ values }, old) => {
      const { place, moveTo } = readIdentity(values);
      const recorded = old === undefined ? undefined : readIdentity(old.values).place;
      const isMoved =
        recorded !== undefined && place !== undefined && recorded.cluster !== place.cluster;
      return Promise.resolve([
        ...(place === undefined ? [] : problemsOfPlace(recorded, place, moveTo)),
        ...(old === undefined || isMoved ? problemsOfArrival(values, old?.values) : []),
      ]);
    },
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    preview: (inputs, known) => Promise.resolve(stateOf(inputs, known)),
    create: (inputs) => Promise.resolve(stateOf(inputs, undefined)),
    update: (inputs, known) => Promise.resolve(stateOf(inputs, known)),
    delete: async (known, call) => {
      const { leave } = await import("./identity-delete.js");
      await leave(known, call, surroundings);
    },
  };
}

/** In a cluster that the instance comes to. An instance that comes back knows the id that it has left there. */
function problemsOfArrival(values: JsonObject, old: JsonObject | undefined): readonly Problem[] {
  const { claim, urn, takeOver } = readIdentity(values);
  if (old === undefined) return problemsOfNewcomer(claim, { urn, takeOver });
  const last = readIdentity(old);
  const known = [textAt(old, "drawn"), last.claim?.id, last.takeOver];
  return known.includes(claim?.id) ? [] : problemsOfClaim(claim, "", { urn, takeOver });
}

interface IdentityInputs {
  /** Undefined where the cluster was not looked at. */
  readonly place: Place | undefined;
  readonly claim: Claim | undefined;
  readonly urn: string;
  readonly takeOver: string;
  readonly moveTo: string;
}

function readIdentity(values: JsonObject): IdentityInputs {
  const [cluster, server] = [textAt(values, "cluster"), textAt(values, "server")];
  return {
    place: cluster === "" ? undefined : { cluster, server },
    claim: isObject(values["claim"]) ? toClaim(values["claim"]) : undefined,
    urn: textAt(values, "instance"),
    takeOver: textAt(values, "takeOver"),
    moveTo: textAt(values, "moveTo"),
  };
}

function oldOr(old: Properties | undefined, name: string, bytes: Uint8Array): string {
  const kept = old === undefined ? "" : textAt(old.values, name);
  return kept === "" ? Buffer.from(bytes).toString("hex") : kept;
}

function diff(inputs: Properties, known: Known): Diff {
  const next = stateOf(inputs, known);
  const updated = ["owner", "cluster"].filter(
    (name) => next[name] !== undefined && next[name] !== known.state[name],
  );
  // The engine keeps the newest inputs also where nothing is updated, and the delete takes them from there.
  return { updated, replaced: [] };
}

/** The outputs; in a preview of a cluster that was not looked at they lack the cluster. */
function stateOf({ values }: Properties, known: Known | undefined): State {
  const { place } = readIdentity(values);
  const old = known?.state ?? {};
  const cluster = place?.cluster ?? old["cluster"];
  const server = place?.server ?? old["server"];
  return {
    owner: ownerOf(values, textAt(old, "owner")),
    token: textAt(values, "token"),
    ...(cluster === undefined ? {} : { cluster }),
    ...(server === undefined ? {} : { server }),
  };
}

/**
 * The id: the kept one where the record confirms it, else the one that the user takes over, else the kept one, else that of
 * the record of this URN, else a new one. An id from the record is only a candidate: Transition refuses it where nothing
 * else confirms it.
 */
function ownerOf(values: JsonObject, kept: string): string {
  const { claim, urn, takeOver } = readIdentity(values);
  if (kept !== "" && claim?.id === kept) return kept;
  if (takeOver !== "") return takeOver;
  if (kept !== "") return kept;
  return claim?.urn === urn ? claim.id : textAt(values, "drawn");
}
