import { isObject, type JsonObject } from "../../core/manifest";
import { inWords } from "../../core/words";
import { isBeyondLimit, runProgram } from "../run-program";

/** How a plugin is called. */
export interface ExecCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The credentials that a plugin gives; certificate and key are PEM. */
export interface ExecCredentials {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** How much of its standard error a message has, in characters. */
const LONGEST_WORDS = 1_000;

/**
 * Runs the exec plugin of a kubeconfig. When the signal is aborted, the plugin is ended with all that it has started.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 *
 * @throws SyntaxError where its answer is not JSON, else Error with what it printed on standard error
 */
export async function runExecPlugin(call: ExecCall, signal: AbortSignal): Promise<ExecCredentials> {
  const answer: unknown = JSON.parse(await outputOf(call, signal));
  const status = isObject(answer) && isObject(answer["status"]) ? answer["status"] : undefined;
  if (status === undefined) throw new Error(`its exec plugin ${call.command} gave no credentials`);
  const entries = [
    ["token", textOf(status, "token")],
    ["certificate", textOf(status, "clientCertificateData")],
    ["key", textOf(status, "clientKeyData")],
  ] as const;
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

async function outputOf(call: ExecCall, signal: AbortSignal): Promise<string> {
  const { command } = call;
  const { code, output, errors } = await runProgram(call, signal).catch((error: unknown) => {
    throw isBeyondLimit(error)
      ? new Error(`its exec plugin ${command} ${error.message}`, { cause: error })
      : error;
  });
  if (code === 0) return output;
  throw new Error(
    inWords(errors, LONGEST_WORDS) || `its exec plugin ${command} fails without a word`,
  );
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}
