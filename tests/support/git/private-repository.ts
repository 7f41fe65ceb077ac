import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KeyPair } from "../registries/certificate";
import { serve, type Seen } from "../registries/server";
import { answer, requireBackend } from "./backend";

/** Who may read the repository. */
export const READER = { username: "git", password: "a-token-of-the-reader" } as const;

/** A private Git repository by HTTPS on loopback, with one commit on the branch `main`. */
export interface PrivateRepository {
  readonly url: string;
  /** The commit, by its full hash. */
  readonly commit: string;
  stop(): Promise<void>;
}

/** Serves a repository with these files, by their paths, by Git's own program for that. */
export async function startPrivateRepository(
  context: Mocha.Context,
  files: Readonly<Record<string, string>>,
  tls: KeyPair,
): Promise<PrivateRepository> {
  requireBackend(context);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-git-"));
  const repository = join(folder, "fleet.git");
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", repository, ...AUTHOR, ...args], { encoding: "utf8" }).trim();
  mkdirSync(repository);
  git("init", "-q", "-b", "main");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  }
  git("add", "-A");
  git("commit", "-q", "-m", "Add the fleet");
  const server = await serve((seen, response) => {
    answerReader(folder, seen, response);
  }, tls);
  return {
    url: `https://${server.address}/fleet.git`,
    commit: git("rev-parse", "HEAD"),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const AUTHOR = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];
const LOGIN = `Basic ${Buffer.from(`${READER.username}:${READER.password}`).toString("base64")}`;

/** Answers who may read. */
function answerReader(folder: string, seen: Seen, response: ServerResponse): void {
  if (seen.authorization === LOGIN) void answer(folder, seen, response);
  else response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
}
