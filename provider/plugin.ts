import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";
import type { Lifecycle, LifecycleEntry } from "./io/lifecycle/lifecycle";
import type { Surroundings } from "./io/oci/access";
import { ParsedFiles } from "./io/parsed-files";
import { PACKAGE } from "./package";
import type { Means } from "./resources/construct";
import type { RawArgs } from "./resources/flux-instance";
import { FLUX_INSTANCE, LIFECYCLE, OUTPUTS, type LifecycleToken } from "./resources/outputs";

type Construct = (
  name: string,
  args: RawArgs,
  options: ComponentResourceOptions,
  means: Means,
) => Promise<ConstructResult>;

interface Component {
  readonly load: () => Promise<Construct>;
  readonly outputs: readonly string[];
}

/**
 * The components of this package by token. What a component needs is loaded when the first one is constructed, so that
 * the plugin serves its schema without it.
 */
const COMPONENTS: Readonly<Record<string, Component>> = {
  [FLUX_INSTANCE]: {
    load: async () => (await import("./resources/construct.js")).constructFluxInstance,
    outputs: OUTPUTS,
  },
};

type Load = (surroundings: Surroundings) => Promise<Lifecycle>;

/** The resources that a component makes of its own. */
const LIFECYCLES: readonly (readonly [LifecycleToken, Load])[] = [
  [LIFECYCLE.lock, async () => (await import("./io/lifecycle/lock.js")).lock],
  [
    LIFECYCLE.identity,
    async (machine) => (await import("./io/lifecycle/identity.js")).identity(machine),
  ],
  [
    LIFECYCLE.transition,
    async (machine) => (await import("./io/lifecycle/transition.js")).transition(machine),
  ],
  [
    LIFECYCLE.adoption,
    async (machine) => (await import("./io/lifecycle/adoption.js")).adoption(machine),
  ],
  [
    LIFECYCLE.storageMigration,
    async (machine) =>
      (await import("./io/lifecycle/storage-migration.js")).storageMigration(machine),
  ],
  [
    LIFECYCLE.removal,
    async (machine) => (await import("./io/lifecycle/removal.js")).removal(machine),
  ],
  [
    LIFECYCLE.uninstallGate,
    async (machine) => (await import("./io/lifecycle/uninstall-gate.js")).uninstallGate(machine),
  ],
  [
    LIFECYCLE.readiness,
    async (machine) => (await import("./io/lifecycle/readiness.js")).readiness(machine),
  ],
];

/** Finds the lifecycle resource of a token; there is none for a token that is not one. */
export function lifecycles(
  surroundings: Surroundings,
): (token: string) => LifecycleEntry | undefined {
  const entries = new Map(
    LIFECYCLES.map(([[token, outputs], load]) => [
      token,
      { load: () => load(surroundings), outputs },
    ]),
  );
  return (token) => entries.get(token);
}

/** The names of a component's outputs; none for a token that is not one. */
export function outputsOf(token: string): readonly string[] {
  return COMPONENTS[token]?.outputs ?? [];
}

/** Loads what constructing needs: an engine that has started the plugin is about to ask for it. */
export async function preload(): Promise<void> {
  await Promise.all(Object.values(COMPONENTS).map(({ load }) => load()));
}

/** The provider that the engine talks to. */
export function plugin(version: string, process: Omit<Means, "files">): Provider {
  const means = { files: new ParsedFiles(), ...process };
  return {
    version,
    getSchema: () => readFile(join(PACKAGE, "schema.json"), "utf8"),
    construct: async (name, type, inputs, options) => {
      const component = COMPONENTS[type];
      if (component === undefined) {
        throw new Error(`flux-instance has no resource of type ${type}`);
      }
      const construct = await component.load();
      return construct(name, inputs, options, means);
    },
  };
}
