import { parseArgs } from "node:util";
import { UsageError } from "./verb";

/** The options of a verb that take a value: by name, its one-letter form where there is one. */
export type ValueOptions = Readonly<Record<string, { readonly short?: string }>>;

/** The values that were given, and whether the usage is asked for. */
export interface Given<Name extends string> {
  readonly help: boolean;
  readonly values: Readonly<Partial<Record<Name, string>>>;
  /** The arguments that are no option and no option's value, in their order. */
  readonly operands: readonly string[];
}

/**
 * Reads the arguments of a verb.
 *
 * @param operands how many there may be at most
 * @throws UsageError where one is unknown, lacks its value, or is an operand too many
 */
export function readArguments<const T extends ValueOptions>(
  args: readonly string[],
  options: T,
  operands = 0,
): Given<keyof T & string> {
  const taking = Object.entries(options).map(
    ([name, option]) => [name, { type: "string", ...option }] as const,
  );
  const flags = { help: { type: "boolean", short: "h" } } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: operands > 0,
      options: { ...Object.fromEntries(taking), ...flags },
    });
    const { help = false, ...rest } = values as Readonly<Record<string, string | boolean>>;
    const [extra] = positionals.slice(operands);
    if (extra !== undefined)
      throw new UsageError(`${JSON.stringify(extra)} is one argument too many`);
    return {
      help: help === true,
      values: rest as Given<keyof T & string>["values"],
      operands: positionals,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** The first sentence of the parser: the rest explains how to pass what no verb takes. */
function messageOf(error: unknown): string {
  const [sentence = ""] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
  return sentence;
}

/** The value of an option that can't be left out. */
export function needed(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

/** One of the listed words. */
export function oneOf<const T extends string>(
  value: string,
  option: string,
  words: readonly T[],
): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) {
    throw new UsageError(
      `${option} must be one of ${words.join(", ")}, got ${JSON.stringify(value)}`,
    );
  }
  return word;
}
