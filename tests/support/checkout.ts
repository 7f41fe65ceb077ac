import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

/** Copies the files that Git has or would take, as they are now: a fresh clone, before anything is installed. */
export function copyCheckout(root: string, folder: string): void {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const names = execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0");
  for (const name of names) {
    const file = join(root, name);
    if (name !== "" && existsSync(file)) cpSync(file, join(folder, name));
  }
}

/** Makes a bare repository of a folder, with one commit that has a tag. */
export function makeRepository(folder: string, repository: string, tag: string): void {
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
  const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  git("init", "--quiet");
  git("add", "--all");
  git(...author, "-c", "commit.gpgSign=false", "commit", "--quiet", "--message", tag);
  git("-c", "tag.gpgSign=false", "tag", tag);
  git("clone", "--quiet", "--bare", ".", repository);
}
