import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KeyPair } from "./registries/certificate";
import { serve, type Seen } from "./registries/server";

/** Who may read the repository. */
export const READER = { username: "git", password: "a-token-of-the-reader" } as const;

/** A private Git repository by HTTPS on loopback, with one commit on the branch `main`. */
export interface GitServer {
  readonly url: string;
  /** The commit, by its full hash. */
  readonly commit: string;
  stop(): Promise<void>;
}

/** Serves a repository with these files, by their paths, by Git's own program for that. */
export async function startGitServer(
  files: Readonly<Record<string, string>>,
  tls: KeyPair,
): Promise<GitServer> {
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
    answer(folder, seen, response);
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

/** https://git-scm.com/docs/git-http-backend#_environment; it answers as a CGI program does. */
function answer(folder: string, seen: Seen, response: ServerResponse): void {
  if (seen.authorization !== LOGIN) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return;
  }
  const [path = "", query = ""] = seen.path.split("?");
  const { stdout } = spawnSync("git", ["http-backend"], {
    input: seen.content,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: seen.method,
      CONTENT_TYPE: seen.contentType ?? "",
      REMOTE_USER: READER.username,
    },
  });
  const end = stdout.indexOf("\r\n\r\n");
  const headers = stdout.subarray(0, end).toString().split("\r\n");
  const fields: unknown = Object.fromEntries(headers.map((line) => line.split(/: (.*)/s, 2)));
  const { Status: status = "200", ...others } = fields as Record<string, string>;
  response.writeHead(Number.parseInt(status, 10), others).end(stdout.subarray(end + 4));
}
