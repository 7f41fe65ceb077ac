import * as log from "@pulumi/pulumi/log";
import type { Input } from "@pulumi/pulumi/output";
import { isDryRun } from "@pulumi/pulumi/runtime/settings";
import {
  problemsOfClaim,
  problemsOfLineage,
  problemsOfNewcomer,
  problemsOfPlace,
} from "../core/lifecycle/claim";
import { toAbsences, type Absences } from "../core/lifecycle/absences";
import { referenceTo, type LifecycleInputs } from "../core/lifecycle/inputs";
import { FIELD_MANAGER } from "../core/lifecycle/marks";
import { leftToOthers } from "../core/lifecycle/namespace-left";
import { printReference } from "../core/lifecycle/ownership";
import {
  goingOf,
  problemsOfForeign,
  problemsOfOthers,
} from "../core/lifecycle/transition-existing";
import { problemsOfOperator } from "../core/lifecycle/transition-operator";
import { printProblem, type Problem } from "../core/problem";
import { absentIn, claimIn, idsIn, type Sighting } from "../io/lifecycle/sighting";
import type { Surroundings } from "../io/oci/access";
import type { Instance } from "./flux-instance";
import { LifecycleResource, type LifecycleFamily } from "./lifecycle";
import type { Looked } from "./look";
import { unknownOutput } from "./opaque";
import { LIFECYCLE } from "./outputs";

/** An instance that may change its cluster. */
export interface Guarded {
  /** The id that its objects carry. */
  readonly owner: string;
  /** The UID of the cluster; unknown in a preview that does not know the cluster. */
  readonly cluster: Input<unknown>;
  /** Labels and annotations of the Namespace that are left to others. */
  readonly left: readonly string[];
  /** The class and size of the volumes, unknown in a preview that replaces them. */
  readonly volume: Input<unknown>;
  /** How often each object was missing in the cluster. */
  readonly absences: Absences;
  /** Comes before every other resource of the instance. */
  readonly transition: LifecycleResource;
}

/** What guarding an instance takes. */
export interface Guarding {
  readonly instance: Instance;
  readonly lifecycle: LifecycleInputs;
  readonly looked: Looked;
  readonly relatives: LifecycleFamily;
  /** The URN of the component. */
  readonly urn: Promise<string>;
  readonly surroundings: Surroundings;
}

/**
 * Registers Identity and Transition. It refuses the run before the first where the cluster has objects of no instance, and before
 * the second where it is another cluster, or another instance's. The failure of a construct ends the run before the engine
 * deletes anything.
 *
 * @throws Error with every problem
 */
export async function guard(guarding: Guarding): Promise<Guarded> {
  const { instance, looked, relatives } = guarding;
  const { transition } = guarding.lifecycle;
  const { sighting } = looked;
  const seen = seenInputs(guarding);
  const { namespace, deletionPolicy } = instance.spec;
  if (sighting !== undefined) refuse(problemsOfMet(instance, sighting));
  const kept = { ...seen, namespace, deletionPolicy };
  const identity = new LifecycleResource(LIFECYCLE.identity, "identity", kept, relatives, []);
  const owner = await textOf(identity, "owner");
  if (owner === "") {
    const urn = await guarding.urn;
    refuse(problemsOfNewcomer(seen.claim, { urn, takeOver: seen.takeOver }));
    throw notRegistered(relatives.name);
  }
  if (sighting !== undefined) {
    refuse(await problemsIn(guarding, { ...seen, sighting, identity, owner }));
    await untilNothingGoes(looked, owner, relatives.name);
    await wantedAgain(looked, owner, transition.wanted);
  }
  const inputs = {
    ...transition,
    ...seen,
    owner,
    identity: identity.output("token"),
    manager: FIELD_MANAGER,
    ...sightedInputs(instance, sighting),
  };
  const resource = new LifecycleResource(LIFECYCLE.transition, "transition", inputs, relatives, [
    identity,
  ]);
  refuse(await problemsOfState(guarding, seen, await textOf(resource, "lineage")));
  return await guarded(resource, owner, relatives.name);
}

async function guarded(
  transition: LifecycleResource,
  owner: string,
  name: string,
): Promise<Guarded> {
  const cluster = await textOf(transition, "cluster");
  const left = await transition.value("left");
  if ((await textOf(transition, "owner")) !== owner) throw notRegistered(name);
  const keys = Array.isArray(left) ? left.filter((key) => typeof key === "string") : [];
  if (keys.length > 0) {
    await log.info(`${name}: of the Namespace these are left to others: ${keys.join(", ")}`);
  }
  return {
    owner,
    cluster: cluster === "" ? unknownOutput() : cluster,
    left: keys,
    volume: transition.output("volume"),
    absences: toAbsences(await transition.value("absences")),
    transition,
  };
}

/** What Identity and Transition are told of the cluster; the SDK sends no input that is named `urn`. */
function seenInputs({ looked: { sighting }, urn, surroundings }: Guarding) {
  const { moveTo = [], takeOver = [] } = surroundings;
  const ids = sighting === undefined ? [] : idsIn(sighting);
  const claim = sighting === undefined ? undefined : claimIn(sighting);
  const known = { cluster: sighting?.cluster, server: sighting?.server };
  return {
    cluster: known.cluster ?? unknownOutput(),
    server: known.server ?? unknownOutput(),
    instance: urn,
    ...(claim === undefined ? {} : { claim }),
    moveTo: moveTo.find((uid) => uid === known.cluster) ?? "",
    takeOver: takeOver.find((id) => ids.includes(id)) ?? "",
  };
}

/** What does not depend on who this instance is. */
function problemsOfMet(
  { spec: { adopt, namespace } }: Instance,
  { existing, operators }: Sighting,
): readonly Problem[] {
  return [
    ...problemsOfForeign(existing, adopt),
    ...problemsOfOperator(operators, existing, namespace),
  ];
}

/** What is judged when Identity is registered. */
interface Judged extends Pick<ReturnType<typeof seenInputs>, "claim" | "moveTo" | "takeOver"> {
  readonly sighting: Sighting;
  readonly identity: LifecycleResource;
  readonly owner: string;
}

/** Also where the engine has not checked Identity, as with targets. */
async function problemsIn(
  { urn }: Guarding,
  { sighting, identity, owner, claim, moveTo, takeOver }: Judged,
): Promise<readonly Problem[]> {
  const { cluster, server, existing } = sighting;
  const recorded = {
    cluster: await textOf(identity, "cluster"),
    server: await textOf(identity, "server"),
  };
  const claimant = { urn: await urn, takeOver };
  return [
    ...problemsOfPlace(recorded, { cluster, server }, moveTo),
    ...problemsOfClaim(claim, owner, claimant),
    ...problemsOfOthers(existing, owner),
  ];
}

/** With targets the engine may not check Transition, which knows whether another state has taken the instance over. */
async function problemsOfState(
  { looked: { look, sighting, limit }, urn }: Guarding,
  { claim, takeOver }: Pick<Judged, "claim" | "takeOver">,
  kept: string,
): Promise<readonly Problem[]> {
  const claimant = { urn: await urn, takeOver };
  const recorded = sighting?.record?.lineage ?? "";
  const problems = problemsOfLineage(claim, { recorded, kept }, claimant);
  if (problems.length === 0 || look === undefined || isDryRun()) return problems;
  // Transition may have recorded this state just now.
  const { lineageIn } = await import("../io/lifecycle/guard-wait.js");
  return problemsOfLineage(claim, { recorded: await lineageIn(look, limit), kept }, claimant);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Error(problems.map(printProblem).join("\n"));
}

/** An update waits for own objects that are being deleted: neither a patch nor a create would last. */
async function untilNothingGoes(
  { look, sighting, limit }: Looked,
  owner: string,
  name: string,
): Promise<void> {
  const going = goingOf(sighting?.existing ?? [], owner);
  if (going.length === 0 || look === undefined) return;
  const names = going.map(({ reference }) => printReference(reference)).join(", ");
  const fate = isDryRun() ? "an update waits until they are gone" : "waiting until they are gone";
  await log.info(`${name}: ${going.length} objects are being deleted, ${fate}: ${names}`);
  if (isDryRun()) return;
  const { untilGone } = await import("../io/lifecycle/guard-wait.js");
  await untilGone(look, going, limit);
}

/** After a destroy of a part of the instance the record wants nothing, and Transition may not be among the targets. */
async function wantedAgain(
  { look, sighting, limit }: Looked,
  owner: string,
  wanted: readonly string[],
): Promise<void> {
  const { record } = sighting ?? {};
  if (isDryRun() || look === undefined || record?.id !== owner || record.wanted.length > 0) return;
  const { wantAgain } = await import("../io/lifecycle/guard-wait.js");
  await wantAgain(look, owner, wanted, limit);
}

/** Without a sighting Transition keeps its last answers. */
function sightedInputs({ rendered }: Instance, sighting: Sighting | undefined) {
  if (sighting === undefined) return {};
  const manifests = rendered.objects.map(({ manifest }) => manifest);
  const namespace = manifests.find(({ kind }) => kind === "Namespace");
  const { record } = sighting;
  return {
    ...(namespace === undefined ? {} : { left: leftToOthers(namespace, sighting.namespace) }),
    ...(record === undefined
      ? {}
      : { recorded: { wanted: record.wanted, absences: record.absences } }),
    absent: absentIn(sighting, manifests.map(referenceTo)),
  };
}

async function textOf(resource: LifecycleResource, output: string): Promise<string> {
  const value = await resource.value(output);
  return typeof value === "string" ? value : "";
}

/** With targets the engine may leave out a resource, and with --continue-on-error it goes on after a refusal. */
function notRegistered(name: string): Error {
  return new Error(
    `${name}: Identity or Transition was refused, or is not in the state and not among the targets; the reason is above, or ` +
      "run `pulumi up` without --target first. Nothing was changed.",
  );
}
