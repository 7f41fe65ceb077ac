import { InvalidInput, type Problem } from "../core/problem";
import type { Setting, Settings, SourceKind } from "./settings";

const HEADLINES: Readonly<Record<SourceKind, string>> = {
  provider: "The Kubernetes provider in `providers` can't be used for a FluxInstance",
  args: "The FluxInstance can't be used as it is written",
  stack: "The Kubernetes configuration of the stack can't be used for a FluxInstance",
};

/** How a property is written where it comes from. */
const PATHS: Readonly<Record<SourceKind, (name: string) => string>> = {
  provider: (name) => `providers.kubernetes.${name}`,
  args: (name) => name,
  stack: (name) => `kubernetes:${name}`,
};

const REMEDIES: Readonly<Record<SourceKind, (name: string) => string>> = {
  provider: (name) => `pass a Kubernetes provider without \`${name}\``,
  args: (name) => `remove \`${name}\``,
  stack: (name) => `run \`pulumi config rm kubernetes:${name}\`, or pass a Kubernetes provider`,
};

/** What is wrong with a value that is known; undefined where nothing is. */
type Judge = (plain: unknown) => string | undefined;

/** Switches that no instance can work with. */
const SWITCHES: Readonly<Record<string, Judge>> = {
  renderYamlToDirectory: (plain) =>
    plain === ""
      ? undefined
      : "writes the objects to files instead of the cluster (`flux-instance render` does that)",
  alwaysRender: (plain) => (isText(plain, "true") ? "is for objects in files only" : undefined),
  enableServerSideApply: (plain) =>
    isText(plain, "false")
      ? "switches server-side apply off, without which the Namespace cannot be joined"
      : undefined,
};

/**
 * Refuses what no instance can work with. A value that is not known yet is not judged.
 *
 * @param isStrict whether the stack has `kubernetes:strictMode`
 * @throws InvalidInput with every problem
 */
export function requireUsable(settings: Settings, isStrict: boolean): void {
  const problems = [
    ...Object.entries(settings.byName).flatMap(([name, setting]) =>
      problemOf(name, setting, settings.kind),
    ),
    ...strictProblems(settings, isStrict),
  ];
  if (problems.length > 0) throw new InvalidInput(HEADLINES[settings.kind], problems);
}

function problemOf(name: string, setting: Setting, kind: SourceKind): readonly Problem[] {
  if (!setting.isKnown) return [];
  const reason =
    name === "kubeconfig"
      ? kubeconfigProblem(setting.plain)
      : name === "context" && kind === "args"
        ? contextProblem(setting)
        : switchProblem(name, setting, kind);
  return reason === undefined ? [] : [{ path: PATHS[kind](name), reason }];
}

function switchProblem(name: string, setting: Setting, kind: SourceKind): string | undefined {
  const wrong = SWITCHES[name]?.(setting.plain);
  return wrong === undefined ? undefined : `${print(setting)} ${wrong}; ${REMEDIES[kind](name)}`;
}

/** Its value is a secret, also where it is no kubeconfig. */
function kubeconfigProblem(plain: unknown): string | undefined {
  const remedy = "give its content as text or object, or its path";
  if (isEmpty(plain)) return `is empty; ${remedy}, or remove it for the ambient kubeconfig`;
  if (typeof plain === "string" || isPlainObject(plain)) return undefined;
  return `${kindOf(plain)} is not a kubeconfig; ${remedy}`;
}

function contextProblem(setting: Setting): string | undefined {
  const remedy = "give the name of a context, or remove it for the current one";
  if (isEmpty(setting.plain)) return `is empty; ${remedy}`;
  return typeof setting.plain === "string"
    ? undefined
    : `${print(setting)} is not the name of a context; ${remedy}`;
}

/** The plugin refuses a provider without them when the whole stack is strict, wherever the provider comes from. */
function strictProblems({ kind, byName }: Settings, isStrict: boolean): readonly Problem[] {
  const own = byName["strictMode"];
  if (own === undefined ? !isStrict : !isText(own.plain, "true")) return [];
  return ["kubeconfig", "context"]
    .filter((name) => byName[name] === undefined)
    .map((name) => ({
      path: PATHS[kind](name),
      reason: "is missing, and `strictMode` of the Kubernetes provider asks for it; set it",
    }));
}

/** As the plugin compares a switch. */
function isText(plain: unknown, text: string): boolean {
  return String(plain) === text;
}

function isEmpty(plain: unknown): boolean {
  return plain === undefined || plain === null || plain === "";
}

/** Not a list, a resource or an asset. */
function isPlainObject(plain: unknown): boolean {
  return (
    typeof plain === "object" && plain !== null && Object.getPrototypeOf(plain) === Object.prototype
  );
}

function kindOf(plain: unknown): string {
  if (Array.isArray(plain)) return "a list";
  return typeof plain === "object" ? "a resource or an asset" : `a ${typeof plain}`;
}

function print({ plain, isSecret }: Setting): string {
  return isSecret ? "its value" : JSON.stringify(plain);
}
