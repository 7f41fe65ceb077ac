import {
  credentialIn,
  programFor,
  readDockerConfig,
  readProgramOutput,
  serverOf,
  type Credential,
} from "../../core/oci/docker-config";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS } from "../../core/oci/limits";
import { printReference, type Repository } from "../../core/oci/reference";
import { isMissing, readRegular, UnreadableFile } from "../file";
import { isBeyondLimit, PROGRAM_LIMITS, runProgram } from "../run-program";
import type { RegistryAccess } from "./access";

/** A credential, and where it was looked for, for messages. */
export interface FoundCredential {
  readonly credential?: Credential;
  readonly source: string;
}

type Sources = Pick<RegistryAccess, "surroundings" | "credentials" | "pullSecret">;

/**
 * The credential for a repository from the first source that is there: the one passed in, the pull secret, Docker's
 * `config.json` with its credential programs. A pull secret that can't be read is not there.
 *
 * @throws ArtifactError when a source can't be read
 */
export async function findCredential(
  place: Repository,
  { credentials, pullSecret, surroundings }: Sources,
  signal: AbortSignal,
): Promise<FoundCredential> {
  if (credentials !== undefined) {
    // The name is left out: it may be as secret as the password.
    const source = "the credentials that were passed in";
    return { credential: { kind: "basic", ...credentials }, source };
  }
  const secret = await pullSecret?.();
  if (secret !== undefined && "content" in secret) return inSecret(place, secret.content);
  const found = await fromDocker(place, surroundings.dockerConfig, signal);
  if (secret === undefined || found.credential !== undefined) return found;
  return { source: `${found.source}, and ${secret.missing}` };
}

async function fromDocker(
  place: Repository,
  file: string | undefined,
  signal: AbortSignal,
): Promise<FoundCredential> {
  const text = file === undefined ? undefined : await readIfThere(file);
  if (file === undefined || text === undefined) return { source: "no credentials" };
  return await inConfig(place, file, text, signal);
}

function inSecret(place: Repository, text: string): FoundCredential {
  const where = "the pull secret";
  const credential = credentialIn(where, readDockerConfig(where, text), place);
  if (credential !== undefined) return { credential, source: where };
  return { source: `no credentials, as the pull secret has none for ${place.registry}` };
}

async function inConfig(
  place: Repository,
  file: string,
  text: string,
  signal: AbortSignal,
): Promise<FoundCredential> {
  const config = readDockerConfig(file, text);
  const program = programFor(config, place.registry);
  if (program !== undefined) {
    const credential = await askProgram(place, program, file, signal);
    if (credential !== undefined) {
      return { credential, source: `docker-credential-${program}, which ${file} names` };
    }
  }
  const credential = credentialIn(file, config, place);
  if (credential !== undefined) return { credential, source: file };
  return { source: `no credentials, as ${file} has none for ${place.registry}` };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readRegular(file, LIMITS.answer)).toString("utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!(error instanceof UnreadableFile)) throw error;
    throw new ArtifactError("invalid-credentials", file, error.message, { cause: error });
  }
}

/** A helper asks a keychain of this machine, which answers at once, or has to be unlocked. */
const HELPER_LIMITS = { ...PROGRAM_LIMITS, time: 60_000 };

function failureOf(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `is not on the PATH, but ${file} names it`;
  const why = isBeyondLimit(error) ? message : `failed (${code ?? "ended"})`;
  return `${why}; run it with "get" to see why`;
}

/** Runs `docker-credential-NAME get`. https://github.com/docker/docker-credential-helpers#development */
async function askProgram(
  place: Repository,
  program: string,
  file: string,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  const where = printReference(place);
  const fail = (reason: string, cause?: unknown) =>
    new ArtifactError("invalid-credentials", where, `docker-credential-${program} ${reason}`, {
      cause,
    });
  if (!/^[\w.-]+$/.test(program)) throw fail(`in ${file} is no name of a program`);
  const command = `docker-credential-${program}`;
  const call = { command, args: ["get"], input: serverOf(place.registry) };
  const { code, output } = await runProgram(call, signal, HELPER_LIMITS).catch((error: unknown) => {
    throw fail(failureOf(error, file), error);
  });
  if (code === 0) return readProgramOutput(command, output);
  // The programs say so on their output and end with 1; the text is the same in all of them.
  if (output.includes("credentials not found")) return undefined;
  // Its output is left out, as it may hold the secret.
  throw fail(`failed (${code ?? "ended"}); run it with "get" to see why`);
}
