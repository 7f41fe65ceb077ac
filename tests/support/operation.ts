import assert from "node:assert/strict";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { Recorder, type Step } from "./engine";
import { FluxInstance } from "./flux-instance";

/** The args of an instance as a program writes them: values and Outputs mixed. */
export type Args = ConstructorParameters<typeof FluxInstance>[1];

/** What one `pulumi` command did and said. */
export interface Operation {
  readonly failed: boolean;
  /** Standard output and standard error, without colours. */
  readonly text: string;
  readonly recorder: Recorder;
  /** Of an `up`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Command = "preview" | "up" | "refresh" | "destroy";

/** Options of a command. */
export interface More {
  readonly refresh?: boolean;
  /** URNs. */
  readonly target?: string[];
  readonly exclude?: string[];
  readonly targetDependents?: boolean;
  /** Of an `up`. */
  readonly replace?: string[];
  readonly continueOnError?: boolean;
}

/** Runs a command on a stack; its failure is a result, not an exception. */
export async function operate(
  stack: Stack,
  command: Command,
  program?: PulumiFn,
  recorder = new Recorder(),
  more: More = {},
): Promise<Operation> {
  const { onEvent } = recorder;
  const options = { onEvent, color: "never" as const, ...more, ...(program && { program }) };
  try {
    const result = await stack[command](options);
    const text = result.stdout + result.stderr;
    return { failed: false, text, recorder, outputs: recorder.outputs() };
  } catch (error) {
    return { failed: true, text: String(error), recorder, outputs: {} };
  }
}

/** Runs a command that has to succeed. */
export async function succeed(
  stack: Stack,
  command: Command,
  program?: PulumiFn,
  more?: More,
): Promise<Operation> {
  const operation = await operate(stack, command, program, new Recorder(), more);
  if (operation.failed) throw new Error(`pulumi ${command} failed:\n${operation.text}`);
  return operation;
}

/**
 * The next up has nothing to do. The Kubernetes plugin may record a Deployment as it was before its own patch: the condition that it
 * waits for holds there too, and its watch is behind. Then one more up reads the Deployment again.
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/await/await.go (Update)
 */
export async function assertSettled(
  stack: Stack,
  program: PulumiFn,
  message?: string,
): Promise<Operation> {
  const first = await succeed(stack, "up", program);
  const steps = first.recorder.steps();
  const isStale = steps.length > 0 && steps.every(isReadAgain);
  const last = isStale ? await succeed(stack, "up", program) : first;
  const told = last.recorder.steps().map(({ op, name, diffs }) => [op, name, ...diffs].join(" "));
  assert.deepEqual(told, [], message);
  return last;
}

/** Whether the inputs of a Deployment are as they were, and what was recorded of it is not. */
function isReadAgain({ op, type, detailedDiff }: Step): boolean {
  const diffs = Object.values(detailedDiff) as readonly { readonly inputDiff?: boolean }[];
  const isRecorded = diffs.length > 0 && diffs.every(({ inputDiff }) => inputDiff !== true);
  return op === "update" && type === "kubernetes:apps/v1:Deployment" && isRecorded;
}

/** Runs something with variables in the environment of a stack's engine. */
export async function withEnvironment<Result>(
  { workspace: { envVars } }: Stack,
  variables: Readonly<Record<string, string>>,
  run: () => Promise<Result>,
): Promise<Result> {
  const before = { ...envVars };
  Object.assign(envVars, variables);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(envVars, name);
    Object.assign(envVars, before);
  }
}

/** The variables of the one-time step that a message names, as in `A=b C=d pulumi up`. */
export function stepIn(message: string, pattern: RegExp): Readonly<Record<string, string>> {
  const steps = [...message.matchAll(/`((?:[A-Z0-9_]+=\S+ )+)pulumi up`/g)].map(([, step]) => step);
  const step = steps.find((text) => text !== undefined && pattern.test(text));
  if (step === undefined) throw new Error(`no step like ${String(pattern)} in: ${message}`);
  const pairs = step.trim().split(" ");
  return Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
}

/** A program with one instance, which exports the instance's outputs. */
export function instance(
  args: () => Args,
  options: () => ComponentResourceOptions = () => ({}),
  name = "flux",
): PulumiFn {
  return () => {
    const flux = new FluxInstance(name, args(), options());
    const { version, revision, artifactDigest, components, inventory, namespace, ready } = flux;
    return Promise.resolve({
      version,
      revision,
      artifactDigest,
      components,
      inventory,
      namespace,
      ready,
    });
  };
}

/** The names that an operation's steps of one kind are for, in order. */
export function namesOf(steps: readonly Step[], ...ops: readonly string[]): readonly string[] {
  return steps
    .filter(({ op }) => ops.includes(op))
    .map(({ name }) => name)
    .sort();
}

/** The steps for Kubernetes objects; the others are for the instance and its lifecycle resources. */
export function objectSteps(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ type }) => type.startsWith("kubernetes:"));
}

/** One resource of an exported stack. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly ignoreChanges?: readonly string[];
  readonly retainOnDelete?: boolean;
}

interface Exported {
  readonly resources?: readonly Omit<StateResource, "name">[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: Omit<StateResource, "name">;
  }[];
}

/** All resources in a stack's state. */
export async function resourcesOf(stack: Stack): Promise<readonly StateResource[]> {
  return ((await exported(stack)).resources ?? []).map(named);
}

/** The URN and id of each resource in a stack's state, in order. */
export async function idsIn(stack: Stack): Promise<readonly string[]> {
  return (await resourcesOf(stack)).map(({ urn, id = "" }) => `${urn} ${id}`).toSorted();
}

/** The URN of a resource that has to be in a stack's state. */
export async function urnOf(stack: Stack, type: string, name: string): Promise<string> {
  const found = (await resourcesOf(stack)).find((it) => it.type === type && it.name === name);
  if (found === undefined) throw new Error(`${type} ${name} is not in the state`);
  return found.urn;
}

/** The Kubernetes objects in a stack's state. */
export async function childrenOf(stack: Stack): Promise<readonly StateResource[]> {
  return (await resourcesOf(stack)).filter(({ type }) => type.startsWith("kubernetes:"));
}

/** What the engine was creating when it was killed. */
export async function pendingCreatesOf(stack: Stack): Promise<readonly StateResource[]> {
  return ((await exported(stack)).pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => named(resource));
}

async function exported(stack: Stack): Promise<Exported> {
  return (await stack.exportStack()).deployment as Exported;
}

function named(resource: Omit<StateResource, "name">): StateResource {
  return { ...resource, name: resource.urn.split("::").at(-1) ?? "" };
}
