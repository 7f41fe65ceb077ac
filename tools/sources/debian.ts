import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lastLines, run } from "./command";
import { whichOnPath } from "./platform";
import type { Tool } from "./tool";

/**
 * Unpacks the program from a Debian package into the folder. Nothing is installed, so no system
 * service starts, and no rights are needed.
 */
export async function unpackFromDebian(tool: Tool, folder: string): Promise<void> {
  const { debian } = tool;
  if (debian === undefined) throw new Error("it is not taken from Debian");
  if (whichOnPath("apt-get") === undefined || whichOnPath("dpkg-deb") === undefined) {
    throw new Error("this is not a Debian system");
  }
  const work = join(folder, "debian");
  mkdirSync(work);
  await downloadPackage(debian.package, work);
  const file = readdirSync(work).find((name) => name.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get left no package ${debian.package}`);
  const unpacked = join(work, "unpacked");
  const { code, output } = await run("dpkg-deb", ["-x", join(work, file), unpacked]);
  if (code !== 0) throw new Error(`dpkg-deb failed: ${lastLines(output)}`);
  renameSync(join(unpacked, debian.file), join(folder, tool.program));
  rmSync(work, { recursive: true });
}

/** A fresh machine has no package lists; then we fetch lists of our own beside the system's. */
async function downloadPackage(name: string, folder: string): Promise<void> {
  const first = await run("apt-get", ["download", name], { folder });
  if (first.code === 0) return;
  const own = ownLists(folder);
  const update = await run("apt-get", [...own, "update"], { folder });
  const second = await run("apt-get", [...own, "download", name], { folder });
  if (second.code === 0) return;
  const reason = lastLines(update.code === 0 ? second.output : update.output);
  throw new Error(`apt-get cannot download ${name}: ${reason}`);
}

function ownLists(folder: string): readonly string[] {
  const lists = join(folder, "lists");
  const cache = join(folder, "cache");
  mkdirSync(join(lists, "partial"), { recursive: true });
  mkdirSync(join(cache, "archives", "partial"), { recursive: true });
  return ["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${cache}`];
}
