import { output, type Input, type Output } from "@pulumi/pulumi/output";

/** What an Output is in the end; without `value` where it is unknown. */
export interface Resolved {
  readonly known: boolean;
  readonly secret: boolean;
  readonly value?: unknown;
}

/** The parts of an Output that its public type does not show. */
interface Parts {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

export async function resolved(value: Input<unknown>): Promise<Resolved> {
  const parts = output(value) as Output<unknown> as unknown as Parts;
  const [known, secret] = [await parts.isKnown, await parts.isSecret];
  return known ? { known, secret, value: await parts.promise() } : { known, secret };
}
