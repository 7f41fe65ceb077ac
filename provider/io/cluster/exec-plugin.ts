import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { isObject, type JsonObject } from "../../core/manifest";

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

/** How long a plugin may take to end by itself, in milliseconds. */
const GRACE = 2_000;

/**
 * Runs the exec plugin of a kubeconfig. When the signal is aborted, the plugin is ended, and nothing of it keeps this
 * process alive.
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

function outputOf({ command, args, env }: ExecCall, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(command, args, { env: { ...env }, stdio: [...stdio], windowsHide: true });
    const [output, errors] = [textIn(child.stdout), textIn(child.stderr)];
    const abandon = () => {
      end(child);
      reject(new Error("abandoned", { cause: signal.reason }));
    };
    signal.addEventListener("abort", abandon, { once: true });
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", abandon);
      if (code === 0) resolve(output());
      else reject(new Error(errors().trim() || `its exec plugin ${command} fails without a word`));
    });
  });
}

/** Collects what a program prints. */
function textIn(stream: Readable | null): () => string {
  const parts: string[] = [];
  stream?.setEncoding("utf8").on("data", (part: string) => parts.push(part));
  return () => parts.join("");
}

/** Programs that the plugin has started itself may hold its pipes open, so they are closed on this side. */
function end(child: ChildProcess): void {
  child.kill();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  const kill = setTimeout(() => child.kill("SIGKILL"), GRACE);
  kill.unref();
  child.once("exit", () => {
    clearTimeout(kill);
  });
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}
