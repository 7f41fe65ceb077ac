import assert from "node:assert/strict";
import type { Operation, StateResource } from "../support/operation";

/** What no output of a program and no message may hold. */
export const SECRET = "a-secret-path";

/** Checks what a program in any language exports of an instance. */
export function assertOutputs(outputs: Readonly<Record<string, unknown>>): void {
  const { version, revision, artifactDigest, images, digest, first, namespace, ready } = outputs;
  assert.match(String(version), /^v2\.9\.\d+$/);
  assert.match(String(revision), /^v2\.9\.\d+@sha256:[0-9a-f]{64}$/);
  assert.match(String(artifactDigest), /^sha256:[0-9a-f]{64}$/);
  const names = (images as readonly { readonly name: string }[]).map(({ name }) => name);
  assert.deepEqual([...names].sort(), ["kustomize-controller", "source-controller"]);
  assert.match(String(digest), /^sha256:[0-9a-f]{64}$/);
  assert.match(String(first), /_CustomResourceDefinition$/);
  assert.equal(namespace, "flux-system");
  assert.equal(ready, false);
}

/** Checks that a program in any language gets the errors of its wrong args, and that nothing is registered. */
export function assertRefused(
  { failed, text }: Pick<Operation, "failed" | "text">,
  language?: string,
): void {
  assert.ok(failed, "the wrong args are taken");
  assert.match(text, /can't be used as it is written; nothing was changed/);
  // In Java an enum has no other values.
  if (language !== "java") {
    assert.match(text, /components\[0\].*expected one of source-controller, .*flagger/);
  }
  assert.match(text, /sync\.url\b.*must start with https:/);
  assert.match(text, /timeout\b.*"soon" is no duration/);
}

/** Checks that one process served all: the engine starts one for each of our providers in the state. */
export function assertOneProvider(resources: readonly StateResource[]): void {
  const providers = resources.filter(({ type }) => type === "pulumi:providers:flux-instance");
  assert.deepEqual(providers.map(({ name }) => name).length, 1, JSON.stringify(providers));
}
