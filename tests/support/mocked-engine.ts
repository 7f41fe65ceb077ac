import { runtime } from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

interface Settings {
  readonly preview?: boolean;
  /** The stack's configuration, and which keys of it are secret. */
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  /** What resources of a type have besides their inputs. */
  readonly outputs?: Readonly<Record<string, object>>;
}

/** Runs what needs the SDK, with Pulumi's mocks in place of an engine, and with settings of its own. */
export async function withMockedEngine<T>(
  { preview = false, config = {}, secretKeys = [], outputs = {} }: Settings,
  body: () => Promise<T>,
): Promise<T> {
  // The SDK exports it, though not to TypeScript.
  const { withLocalStorage } = state as unknown as {
    readonly withLocalStorage: <R>(callback: () => R) => R;
  };
  return await withLocalStorage(async () => {
    const mocks: runtime.Mocks = {
      call: ({ inputs }) => inputs as object,
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...(inputs as object), ...outputs[type] },
      }),
    };
    await runtime.setMocks(mocks, "test", "test", preview);
    runtime.setAllConfig(config, [...secretKeys]);
    return await body();
  });
}
