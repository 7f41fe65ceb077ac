import { tokensIn } from "../../opaque";
import { applyPatch, compileTarget, PatchError, type Patch, type PatchTarget } from "../../patch";
import { InvalidInput } from "../../problem";
import type { Context, Step } from "../context";
import type { Draft } from "../draft";

/** The user's kustomize patches, in their order. */
export const userPatches: Step = (drafts, context) =>
  context.spec.kustomize.patches.reduce(
    (current, patch, index) => patched(current, patch, `kustomize.patches[${index}]`, context),
    drafts,
  );

function patched(
  drafts: readonly Draft[],
  patch: Patch,
  path: string,
  { reveal }: Context,
): readonly Draft[] {
  const tokens = tokensOf(patch);
  if (tokens.length === 0) {
    return orRefuse(
      path,
      ({ message }) => message,
      () => applyPatch(drafts, patch),
    );
  }
  const revealed = revealedPatch(patch, reveal);
  if (revealed === undefined) {
    return orRefuse(path, hidden, () => tainted(drafts, reachOf(patch.target, reveal), tokens));
  }
  const applied = orRefuse(path, hidden, () => applyPatch(drafts, revealed));
  const untouched = new Set(drafts);
  return tainted(applied, (draft) => !untouched.has(draft), tokens);
}

/** What a secret patch says stays out of the message. */
function hidden(): string {
  return "can't be applied; why is not told, because the patch is a secret";
}

function orRefuse<T>(path: string, reasonOf: (error: PatchError) => string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const problems = [{ path, reason: reasonOf(error) }];
    throw new InvalidInput("A patch of the FluxInstance can't be applied", problems);
  }
}

function tainted(
  drafts: readonly Draft[],
  isReached: (draft: Draft) => boolean,
  tokens: readonly string[],
): readonly Draft[] {
  return drafts.map((draft) =>
    isReached(draft) ? { ...draft, taints: [...draft.taints, ...tokens] } : draft,
  );
}

/** The fields of a target, as entries. */
function fieldsOf(target: PatchTarget = {}): readonly (readonly [string, string])[] {
  return Object.entries(target) as [string, string][];
}

function tokensOf({ patch, target }: Patch): readonly string[] {
  return [patch, ...fieldsOf(target).map(([, value]) => value)].flatMap(tokensIn);
}

/** The patch with its secrets in place; undefined when a part of it is unknown. */
function revealedPatch({ patch, target }: Patch, reveal: Context["reveal"]): Patch | undefined {
  const text = revealedText(patch, reveal);
  const fields = fieldsOf(target).map(
    ([key, value]) => [key, revealedText(value, reveal)] as const,
  );
  if (text === undefined || fields.some(([, value]) => value === undefined)) return undefined;
  return target === undefined
    ? { patch: text }
    : { patch: text, target: Object.fromEntries(fields) };
}

function revealedText(text: string, reveal: Context["reveal"]): string | undefined {
  if (tokensIn(text).length === 0) return text;
  const value = reveal(text);
  return typeof value === "string" ? value : undefined;
}

/** Which objects a patch can reach by the fields of its target that are known. */
function reachOf(
  target: PatchTarget | undefined,
  reveal: Context["reveal"],
): (draft: Draft) => boolean {
  const known = fieldsOf(target).flatMap(([key, value]) => {
    const text = revealedText(value, reveal);
    return text === undefined ? [] : [[key, text] as const];
  });
  return compileTarget(Object.fromEntries(known));
}
