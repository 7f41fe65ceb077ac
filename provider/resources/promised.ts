import type { Output } from "@pulumi/pulumi/output";

/**
 * The value of an Output, without the resources that it comes from; the SDK has it, though not among its public types.
 */
export async function promised<T>(output: Output<T>): Promise<T> {
  return await (output as unknown as { promise(): Promise<T> }).promise();
}
