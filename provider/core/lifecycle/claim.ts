import type { JsonObject } from "../manifest";
import type { Problem } from "../problem";
import { textAt } from "../deployment";

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
  /** The token of the resource Identity that has confirmed the id. */
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
  const gone = `PULUMI_K8S_DELETE_UNREACHABLE=true`;
  const remedy = isRebuilt
    ? `If the cluster was rebuilt, run \`${step} pulumi up\``
    : `To remove Flux from the former cluster first, run \`pulumi destroy\` with its kubeconfig. To install Flux in the other ` +
      `cluster instead, run \`${step} pulumi up\`, or \`${step} ${gone} pulumi up\` if the former cluster is gone`;
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

/** What an instance says of itself when it confirms its id. */
export interface Confirmation extends Claimant {
  /** The id that the resource Identity keeps. */
  readonly owner: string;
  /** The token of that resource. */
  readonly identity: string;
  /** The id of the last update; undefined where this resource does not know of one. */
  readonly former: string | undefined;
}

/**
 * Refuses an id that is not confirmed. An Identity without a state copies the id from the record, so the copy counts only
 * where a second resource knows the id, where the record knows the Identity, or where nothing in the cluster carries the id.
 */
export function problemsOfOwner(
  claim: Claim | undefined,
  { urn, owner, identity, former, takeOver }: Confirmation,
): readonly Problem[] {
  if (former !== undefined && former !== owner && owner !== takeOver) {
    return [{ path: "", reason: twoIds(owner, former) }];
  }
  if (claim === undefined || claim.id === takeOver) return [];
  if (claim.id !== owner) return [claimedByAnother(claim, urn)];
  const isConfirmed = former === owner || claim.identity === identity || !claim.isCarried;
  return isConfirmed ? [] : [{ path: "", reason: unconfirmed(claim) }];
}

function twoIds(owner: string, former: string): string {
  return (
    `The state of this FluxInstance has two ids, ${owner} and ${former}. Nothing was changed. ` +
    `Run \`FLUX_INSTANCE_TAKE_OVER=ID pulumi up\` with the id that the objects in the cluster carry.`
  );
}

function unconfirmed({ id, urn }: Claim): string {
  return (
    `Flux in this cluster belongs to the FluxInstance with the id ${id} (${urn}), and the state does not know this id. ` +
    "Nothing was changed. If Identity and Transition are tainted or replaced at once, run `pulumi state untaint` for both, and " +
    "replace one at a time. If the state was lost or is in another backend, and nobody else uses it, run " +
    `\`${takeOverCommand(id)}\`: the objects are taken up as they are.`
  );
}

function claimedByAnother(claim: Claim, ours: string): Problem {
  const { id, urn } = claim;
  if (urn === ours) return { path: "", reason: unconfirmed(claim) };
  const owner = urn === "" ? `with the id ${id}` : `${urn} (id ${id})`;
  const remedy = isNeighbour(urn, ours)
    ? `If this is the same instance under another name or parent, give it \`aliases: ["${urn}"]\`. Else keep one of ` +
      "them: a cluster can have one Flux"
    : `Keep one of them: run \`pulumi destroy\` in stack ${stackOf(urn)}, or remove this one from its program`;
  const reason =
    `Flux in this cluster belongs to another FluxInstance, ${owner}. Nothing was changed. ${remedy}. If that instance no ` +
    `longer exists, run \`${takeOverCommand(id)}\`.`;
  return { path: "", reason };
}

/** The one-time step that takes over what carries an id. */
export function takeOverCommand(id: string): string {
  return `FLUX_INSTANCE_TAKE_OVER=${id} pulumi up`;
}

/** Whether both are in the same stack of the same project. */
function isNeighbour(one: string, other: string): boolean {
  return stackOf(one) === stackOf(other);
}

/** `project/stack` of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function stackOf(urn: string): string {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return `${project}/${stack}`;
}
