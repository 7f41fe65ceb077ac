import { spawn, spawnSync } from "node:child_process";
import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Seen } from "../registries/server";

/** Skips the suite where Git has no program that serves repositories: https://git-scm.com/docs/git-http-backend */
export function requireBackend(context: Mocha.Context): void {
  // Without a request it says that it has none; without the program Git has nothing to say it with.
  if (spawnSync("git", ["http-backend"]).stdout.toString().startsWith("Status: 500")) return;
  console.warn("Skipped: there is no git http-backend");
  context.skip();
}

/**
 * Answers for the repositories in a folder, as a web server that runs a CGI program: https://www.rfc-editor.org/rfc/rfc3875
 */
export async function answer(folder: string, seen: Seen, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(seen.path, "https://git.invalid");
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: seen.method,
    CONTENT_TYPE: seen.contentType ?? "",
  };
  const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(seen.content);
  const said = await buffer(child.stdout);
  const end = said.indexOf("\r\n\r\n");
  const fields = said.subarray(0, end).toString("latin1").split("\r\n");
  const headers = fields.map((field) => field.split(": ", 2) as [string, string]);
  const { Status = "200", ...others } = Object.fromEntries(headers);
  response.writeHead(Number.parseInt(Status), others).end(said.subarray(end + 4));
}
