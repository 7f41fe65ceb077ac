import { output, runtime, type Output } from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";

/** A value that is known in an `up` only, as an output of a resource that is yet to be created. */
export function knownLater<T>(value: T): Output<T> {
  return output(runtime.isDryRun() ? (unknown as T) : value) as Output<T>;
}
