import { createHash } from "node:crypto";
import { chmodSync, cpSync, createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checksumOf, type Checksum } from "./checksum";
import { lastLines, run } from "./command";
import type { Download } from "./tool";

/** A host that does not answer within this time is treated as out of reach. */
const connectTimeout = 8_000;
const stallTimeout = 60_000;

/** Hosts that were out of reach in this run, and why: asked once, not once per tool. */
const unreachable = new Map<string, string>();

/** Puts the published program into the folder; throws with one line when that is impossible. */
export async function downloadTool(
  program: string,
  download: Download,
  folder: string,
): Promise<void> {
  const file = basename(new URL(download.url).pathname);
  const checksum = await publishedChecksum(download, file);
  const path = join(folder, file);
  await save(download.url, path, checksum);
  await unpack(program, download, path, folder);
}

async function publishedChecksum(
  { checksums }: Download,
  file: string,
): Promise<Checksum | undefined> {
  if (checksums === undefined) return undefined;
  const { body } = await get(checksums);
  const found = checksumOf(await new Response(body).text(), file);
  if (found === undefined) throw new Error(`${checksums} has no checksum of ${file}`);
  return found;
}

interface Answer {
  readonly body: ReadableStream<Uint8Array>;
  /** Ends the transfer when nothing arrives for a while; to be called at each chunk. */
  readonly alive: () => void;
  readonly close: () => void;
}

async function get(url: string): Promise<Answer> {
  const { host } = new URL(url);
  const known = unreachable.get(host);
  if (known !== undefined) throw new Error(known);
  const abort = new AbortController();
  let timer = setTimeout(() => {
    abort.abort();
  }, connectTimeout);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort();
    }, stallTimeout).unref();
  };
  const close = (): void => {
    clearTimeout(timer);
  };
  const response = await fetch(url, { signal: abort.signal }).catch((error: unknown) => {
    close();
    const reason = `${host} is out of reach (${causeOf(error)})`;
    unreachable.set(host, reason);
    throw new Error(reason);
  });
  alive();
  if (!response.ok || response.body === null) {
    close();
    throw new Error(`${url} answered ${response.status}`);
  }
  return { body: response.body, alive, close };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? (error.name === "AbortError" ? "no answer in time" : error.message);
}

async function save(url: string, path: string, checksum: Checksum | undefined): Promise<void> {
  const { body, alive, close } = await get(url);
  const hash = createHash(checksum?.algorithm ?? "sha256");
  try {
    await pipeline(
      Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          alive();
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path),
    );
  } finally {
    close();
  }
  const actual = hash.digest("hex");
  if (checksum !== undefined && actual !== checksum.hash) {
    throw new Error(`${url} has ${checksum.algorithm} ${actual}, published is ${checksum.hash}`);
  }
}

async function unpack(
  program: string,
  { archiveFolder, archiveProgram = program }: Download,
  path: string,
  folder: string,
): Promise<void> {
  const target = join(folder, program);
  if (archiveFolder === undefined) {
    renameSync(path, target);
  } else {
    const unpacked = join(folder, "unpacked");
    mkdirSync(unpacked);
    const { code, output } = await run("tar", ["-xf", path, "-C", unpacked]);
    if (code !== 0) throw new Error(`tar cannot unpack ${basename(path)}: ${lastLines(output)}`);
    // The neighbours stay: the Pulumi CLI finds its language plugins beside itself.
    cpSync(join(unpacked, archiveFolder), folder, { recursive: true });
    rmSync(unpacked, { recursive: true });
    rmSync(path);
    if (archiveProgram !== program) renameSync(join(folder, archiveProgram), target);
  }
  chmodSync(target, 0o755);
}
