import type { Output } from "@pulumi/pulumi/output";

/**
 * The value of an Output, without the resources that it comes from; the SDK has it, though not among its public types.
 */
export async function promised<T>(output: Output<T>): Promise<T> {
  return await (output as unknown as Promising<T>).promise();
}

/** The same with the SDK's mark in place of a value that is not known, where `promised` has undefined. */
export async function promisedOrUnknown(output: Output<unknown>): Promise<unknown> {
  return await (output as unknown as Promising<unknown>).promise(true);
}

/** Whether the value, and all that is in it, is known. */
export async function isKnown(output: Output<unknown>): Promise<boolean> {
  return await (output as unknown as Promising<unknown>).isKnown;
}

interface Promising<T> {
  promise(withUnknowns?: boolean): Promise<T>;
  readonly isKnown: Promise<boolean>;
}
