import { isUnknown, Output, secret } from "@pulumi/pulumi/output";
import { Resource } from "@pulumi/pulumi/resource";
import type { Json } from "../core/manifest";
import { pathOf, tokenOf } from "../core/opaque";
import { InvalidInput } from "../core/problem";
import { join } from "../core/spec/readers";

/** An opaque value: its Output, and where it is a secret, the value itself. */
interface Opaque {
  readonly output: Output<unknown>;
  readonly secret?: { readonly value: unknown };
}

/** The opaque values found in the args, by property path. */
export class Opaques {
  readonly #byPath = new Map<string, Opaque>();

  add(path: string, opaque: Opaque): string {
    this.#byPath.set(path, opaque);
    return tokenOf(path);
  }

  /** The Output behind a token; of a property of an opaque object, the Output of that property. */
  outputOf(token: string): Output<unknown> {
    const path = pathOf(token);
    const found = this.#byPath.get(path);
    if (found !== undefined) return found.output;
    const dot = path.lastIndexOf(".");
    if (dot < 0) throw new Error(`no opaque value is known at ${path}`);
    const parent = this.outputOf(tokenOf(path.slice(0, dot)));
    const key = path.slice(dot + 1);
    return parent.apply((value) => (value as Record<string, unknown> | undefined)?.[key]);
  }

  /** The value of a secret; undefined for what is unknown. */
  reveal(token: string): unknown {
    return this.#byPath.get(pathOf(token))?.secret?.value;
  }

  /** The property paths of all opaque values. */
  paths(): readonly string[] {
    return [...this.#byPath.keys()];
  }
}

/** Args that are secret also where the caller's language did not mark them. */
const SECRET_ARGS = ["distribution.artifactCredentials"];

/** The args as plain JSON, with a token in place of each unknown or secret value. */
export interface PlainArgs {
  readonly args: Json;
  readonly opaques: Opaques;
}

/**
 * Takes the args of a construct call apart into what is plainly known and what is opaque.
 *
 * @throws InvalidInput for what can be no arg: a resource, or a text with NUL, which frames tokens
 */
export async function toPlainArgs(args: Readonly<Record<string, unknown>>): Promise<PlainArgs> {
  const opaques = new Opaques();
  return { args: await plain(args, "", false, opaques), opaques };
}

async function plain(
  value: unknown,
  path: string,
  isInSecret: boolean,
  opaques: Opaques,
): Promise<Json> {
  const isSecret = isInSecret || SECRET_ARGS.includes(path);
  if (isUnknown(value)) return opaques.add(path, { output: unknownOutput() });
  if (Output.isInstance(value)) return plainOutput(value, path, isSecret, opaques);
  if (Resource.isInstance(value)) {
    throw refused(path, "is a resource; pass one of its properties, for example metadata.name");
  }
  if (typeof value === "string" && value.includes("\0")) {
    throw refused(path, "holds a NUL character; take it out");
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => plain(item, `${path}[${index}]`, isSecret, opaques));
    return Promise.all(items);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      async ([key, entry]) =>
        [key, await plain(entry, join(path, key), isSecret, opaques)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  if (!isSecret || value === undefined || value === null) return (value ?? null) as Json;
  return opaques.add(path, { output: secret(value), secret: { value } });
}

function refused(path: string, reason: string): InvalidInput {
  return new InvalidInput("The FluxInstance can't be used as it is written", [{ path, reason }]);
}

/**
 * An Output's value with the unknowns in it kept: an object with one unknown field is otherwise known. The flag is
 * part of the SDK's own contract between its modules, not of its public types.
 */
async function plainOutput(
  value: Output<unknown>,
  path: string,
  isSecret: boolean,
  opaques: Opaques,
): Promise<Json> {
  const inner = value as unknown as {
    readonly promise: (withUnknowns: boolean) => Promise<unknown>;
    readonly isKnown: Promise<boolean>;
    readonly isSecret: Promise<boolean>;
  };
  const [content, known, hidden] = await Promise.all([
    inner.promise(true),
    inner.isKnown,
    inner.isSecret,
  ]);
  if (!known && content === undefined) return opaques.add(path, { output: unknownOutput() });
  return plain(content, path, isSecret || hidden, opaques);
}

/** An Output that stays unknown through a preview. */
export function unknownOutput(): Output<unknown> {
  const constructor = Output as unknown as new (
    resources: readonly never[],
    value: Promise<unknown>,
    isKnown: Promise<boolean>,
    isSecret: Promise<boolean>,
    allResources: Promise<readonly never[]>,
  ) => Output<unknown>;
  return new constructor(
    [],
    Promise.resolve(undefined),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve([]),
  );
}
