import { textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import type { Problem } from "../problem";
import { inWords } from "../words";
import { ID_ANNOTATION, isId } from "./marks";

/** The cluster that an instance is in, or that its kubeconfig leads to. */
export interface Place {
  /** The UID of the namespace kube-system. */
  readonly cluster: string;
  /** The address of the API server, for messages. */
  readonly server: string;
}

/** Who claims Flux in a cluster: the owner record, as far as it decides whose Flux is. Plain data, so that it can be an input. */
export interface Claim extends JsonObject {
  readonly id: string;
  readonly urn: string;
  /** The token of the resource Identity that has confirmed the id; empty where a destroy has made the record again. */
  readonly identity: string;
  /** Whether an object in the cluster carries the id. */
  readonly isCarried: boolean;
}

/** An instance that wants to be the owner of Flux in a cluster. */
export interface Claimant {
  readonly urn: string;
  /** The id that the user lets this instance take over in this run; empty where there is none. */
  readonly takeOver: string;
}

/** Narrows an input to a claim. */
export function toClaim(value: JsonObject): Claim {
  return {
    id: textAt(value, "id"),
    urn: textAt(value, "urn"),
    identity: textAt(value, "identity"),
    isCarried: value["isCarried"] === true,
  };
}

/**
 * Refuses a cluster that is not the recorded one, unless the user has named it.
 *
 * @param recorded where the instance is; undefined before its first update
 * @param moveTo the UID that the user has named for this run; empty where there is none
 */
export function problemsOfPlace(
  recorded: Place | undefined,
  seen: Place,
  moveTo: string,
): readonly Problem[] {
  if (recorded === undefined || recorded.cluster === seen.cluster) return [];
  if (moveTo === seen.cluster) return [];
  const isRebuilt = recorded.server === seen.server;
  const step = `FLUX_INSTANCE_MOVE_TO_CLUSTER=${seen.cluster}`;
  // A rebuilt cluster often has another CA, with which the former credentials do not reach it.
  const withoutFormer = `${step} PULUMI_K8S_DELETE_UNREACHABLE=true pulumi up`;
  const remedy = isRebuilt
    ? `If the cluster was rebuilt, run \`${withoutFormer}\``
    : `To remove Flux from the former cluster first, run \`pulumi destroy\` with its kubeconfig. To install Flux in the other ` +
      `cluster instead, run \`${step} pulumi up\`, or \`${withoutFormer}\` if the former cluster is gone`;
  const reason =
    `This is another cluster. Flux is in ${recorded.server} (UID ${recorded.cluster}), and the kubeconfig leads to ` +
    `${seen.server} (UID ${seen.cluster}). Nothing was changed. ${remedy}.`;
  return [{ path: "", reason }];
}

/** Refuses a new instance in a cluster that another one claims. */
export function problemsOfNewcomer(
  claim: Claim | undefined,
  { urn, takeOver }: Claimant,
): readonly Problem[] {
  if (claim === undefined || claim.urn === urn || claim.id === takeOver) return [];
  return [claimedByAnother(claim, urn)];
}

/** Refuses a cluster that another id claims, also where the engine checks neither Identity nor Transition, as with targets. */
export function problemsOfClaim(
  claim: Claim | undefined,
  owner: string,
  { urn, takeOver }: Claimant,
): readonly Problem[] {
  if (claim === undefined || claim.id === owner || claim.id === takeOver) return [];
  return [claimedByAnother(claim, urn)];
}

/**
 * Refuses an id that another state has taken over since the last update of this one, also where the engine does not check Transition.
 *
 * @param lineages of the record in the cluster, and of the state; empty where it is not known
 */
export function problemsOfLineage(
  claim: Claim | undefined,
  lineages: { readonly recorded: string; readonly kept: string },
  { urn, takeOver }: Claimant,
): readonly Problem[] {
  const { recorded, kept } = lineages;
  if (claim === undefined || claim.id === takeOver) return [];
  if (recorded === "" || kept === "" || recorded === kept) return [];
  return [{ path: "", reason: unconfirmed(claim, urn, true) }];
}

/** What an instance says of itself when it confirms its id. */
export interface Confirmation extends Claimant {
  /** The id that the resource Identity keeps. */
  readonly owner: string;
  /** The token of that resource. */
  readonly identity: string;
  /** The id of the last update; undefined where the resource Transition does not know of one. */
  readonly former: string | undefined;
  /** The token of the Identity of the last update. */
  readonly formerIdentity?: string | undefined;
}

/**
 * Refuses an id that is not confirmed. An Identity without a state copies the id from the record, so the id alone proves
 * nothing. It counts where the record names this Identity, or the one of the last update, which this one has replaced; or
 * where no object in the cluster carries the id. A record that names any other Identity was taken over from this state.
 */
export function problemsOfOwner(
  claim: Claim | undefined,
  { urn, owner, identity, former, formerIdentity, takeOver }: Confirmation,
): readonly Problem[] {
  if (former !== undefined && former !== owner && owner !== takeOver) {
    return [{ path: "", reason: twoIds(claim, owner, former) }];
  }
  if (claim?.id !== owner) return problemsOfClaim(claim, owner, { urn, takeOver });
  const isConfirmed =
    claim.id === takeOver ||
    claim.identity === identity ||
    (former === owner && ["", formerIdentity].includes(claim.identity)) ||
    !claim.isCarried;
  return isConfirmed ? [] : [{ path: "", reason: unconfirmed(claim, urn, former === owner) }];
}

/** The record says which of the two is right; without it the objects do. */
function twoIds(claim: Claim | undefined, owner: string, former: string): string {
  const known = [owner, former].find((id) => id === claim?.id);
  const remedy =
    known === undefined
      ? `Run \`${takeOverCommand("ID")}\` with the one that the objects in the cluster have in the annotation ${ID_ANNOTATION}.`
      : `Run \`${takeOverCommand(known)}\`, which keeps the id of the owner record in the cluster.`;
  return `The state of this FluxInstance has two ids, ${told(owner)} and ${told(former)}. Nothing was changed. ${remedy}`;
}

/** @param isKnown whether the state has the id, but another state has confirmed it since */
function unconfirmed({ id, urn }: Claim, ours: string, isKnown: boolean): string {
  const cause = isKnown
    ? "another state has taken over this id since the last update of this one. Nothing was changed. If that state is in use, " +
      "remove this FluxInstance from its program, and from this state with " +
      `\`pulumi state delete --target-dependents "${told(ours)}"\`, which deletes nothing in the cluster. If not, run`
    : "the state does not know this id. Nothing was changed. If Identity and Transition are tainted or replaced at once, run " +
      "`pulumi state untaint` for both, and replace one at a time. If the state was lost or is in another backend, and nobody " +
      "else uses it, run";
  return (
    `Flux in this cluster belongs to the FluxInstance with the id ${told(id)} (${told(urn)}), and ${cause} ` +
    `\`${takeOverCommand(id)}\`: the objects are taken over as they are.`
  );
}

function claimedByAnother(claim: Claim, ours: string): Problem {
  const { id, urn } = claim;
  if (urn === ours) return { path: "", reason: unconfirmed(claim, ours, false) };
  const name = told(id);
  const owner = urn === "" ? `with the id ${name}` : `${told(urn)} (id ${name})`;
  const reason =
    `Flux in this cluster belongs to another FluxInstance, ${owner}. Nothing was changed. ${remedyOf(urn, ours)}. If that ` +
    `instance no longer exists, run \`${takeOverCommand(id)}\`.`;
  return { path: "", reason };
}

/** @param urn of the other instance; empty where it is not known */
function remedyOf(urn: string, ours: string): string {
  if (urn === "") return "Keep one of them: a cluster can have one Flux";
  return stackOf(urn) === stackOf(ours)
    ? `If this is the same instance under another name or parent, give it \`aliases: ["${told(urn)}"]\`. Else keep one of ` +
        "them: a cluster can have one Flux"
    : `Keep one of them: run \`pulumi destroy\` in stack ${stackOf(urn)}, or remove this one from its program`;
}

/** The one-time step that takes over what carries an id. */
export function takeOverCommand(id: string): string {
  return `FLUX_INSTANCE_TAKE_OVER=${isId(id) ? id : "ID"} pulumi up`;
}

/** `project/stack` of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function stackOf(urn: string): string {
  const [stack = "", project = ""] = told(urn)
    .replace(/^urn:pulumi:/, "")
    .split("::");
  return `${project}/${stack}`;
}

const LONGEST_WORDS = 300;

/** A text from the cluster; whoever can change the record cannot forge a command either. */
function told(text: string): string {
  return inWords(text.replaceAll("`", " "), LONGEST_WORDS);
}
