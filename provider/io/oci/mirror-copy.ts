import { verified, type Digest } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { IMAGE_INDEX, readManifest, type Descriptor } from "../../core/oci/manifest";
import {
  cosignTags,
  describeReferrer,
  referrersTag,
  subjectOf,
  withReferrers,
} from "../../core/oci/referrers";
import type { Origin, Target } from "./places";
import type { FetchedManifest } from "./registry-client";

/** One manifest, list or tag that was looked at. */
export interface Mirrored {
  /** Its digest, or the tag. */
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  /** False where the destination had it with all that belongs to it. */
  readonly copied: boolean;
  /** How much content was sent for it, in bytes. */
  readonly bytes: number;
}

/** Far more than any release has; a registry that lists without an end stops here. */
const MAX_MANIFESTS = 1_000;

/** One copy under way: what was looked at, so that nothing is copied twice. */
export class Copy {
  readonly items: Mirrored[] = [];
  readonly warnings: string[] = [];
  /** How many signatures and the like belong to what was copied. */
  attached = 0;
  readonly #seen = new Set<Digest>();
  readonly #from: Origin;
  readonly #to: Target;
  readonly #where: string;

  constructor(from: Origin, to: Target, where: string) {
    this.#from = from;
    this.#to = to;
    this.#where = where;
  }

  /** Copies a manifest with all below it, and then what refers to any of these. */
  async withReferrers(manifest: FetchedManifest, what: string): Promise<void> {
    for (const digest of await this.#tree(manifest, what)) {
      await this.#referrersOf(digest);
      await this.#cosignTagsOf(digest);
    }
  }

  /** Points a tag to a manifest that is there. */
  async tag(
    { digest, content, mediaType }: FetchedManifest,
    tag: string | undefined,
    what = "tag",
  ): Promise<void> {
    if (tag === undefined) return;
    const before = await this.#to.resolve(tag);
    if (before !== digest) await this.#to.pushManifest(content, mediaType, tag);
    const moved = before === undefined || before === digest ? "" : `, which was ${before}`;
    this.#tell(tag, `${what}${moved}`, before !== digest);
  }

  /** Copies a manifest and all below it; returns their digests, those seen before left out. */
  async #tree(manifest: FetchedManifest, what: string, again = false): Promise<readonly Digest[]> {
    const { digest, content, mediaType } = manifest;
    if (this.#seen.has(digest)) return [];
    if (this.#seen.size >= MAX_MANIFESTS) throw this.#tooMany();
    this.#seen.add(digest);
    const value = readManifest(this.#nameOf(digest), content, mediaType);
    const below: Digest[] = [];
    let bytes = 0;
    if (value.kind === "index") {
      for (const child of value.manifests) {
        below.push(...(await this.#tree(await this.#fetch(child), `part of ${digest}`)));
      }
    } else {
      const { config, layers } = value;
      for (const blob of [...(config === undefined ? [] : [config]), ...layers]) {
        bytes += await this.#blob(blob);
      }
    }
    const there = !again && (await this.#to.resolve(digest)) === digest;
    if (!there) await this.#to.pushManifest(content, mediaType);
    this.#tell(digest, what, !there || bytes > 0, bytes + (there ? 0 : content.length));
    return [digest, ...below];
  }

  async #blob(blob: Descriptor): Promise<number> {
    if (await this.#to.hasBlob(blob)) return 0;
    await this.#to.uploadBlob(await this.#from.blob(blob));
    return blob.size;
  }

  async #referrersOf(subject: Digest): Promise<void> {
    const found: FetchedManifest[] = [];
    const entries = await this.#from.referrers(subject);
    for (const entry of entries) {
      const referrer = await this.#fetch(entry);
      if (subjectOf(this.#nameOf(entry.digest), referrer.content) === subject) found.push(referrer);
      else this.warnings.push(notOf(this.#nameOf(entry.digest), subject));
    }
    if (found.length === 0) return;
    const known = await this.#to.referrersByApi(subject);
    for (const referrer of found) {
      const { digest, content } = referrer;
      const { artifactType = "a manifest" } = describeReferrer(this.#where, content);
      const listed = known === undefined || known.some((entry) => entry.digest === digest);
      this.attached += 1;
      const below = await this.#tree(referrer, `${artifactType} of ${subject}`, !listed);
      for (const one of below) await this.#referrersOf(one);
    }
    if (known === undefined) await this.#listReferrers(subject, found);
  }

  /** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#unavailable-referrers-api */
  async #listReferrers(subject: Digest, found: readonly FetchedManifest[]): Promise<void> {
    const tag = referrersTag(subject);
    const before = await this.#to.findManifest(tag);
    const entries = found.map(({ content }) => describeReferrer(this.#where, content));
    const list = withReferrers(this.#where, before?.content, entries);
    if (list !== undefined) await this.#to.pushManifest(list, IMAGE_INDEX, tag);
    this.#tell(tag, `list of what refers to ${subject}`, list !== undefined, list?.length ?? 0);
  }

  async #cosignTagsOf(subject: Digest): Promise<void> {
    for (const tag of cosignTags(subject)) {
      const found = await this.#from.findManifest(tag);
      if (found === undefined) continue;
      const what = `${tag.slice(tag.lastIndexOf(".") + 1)} of ${subject}`;
      this.attached += 1;
      await this.#tree(found, what);
      await this.tag(found, tag, `tag of the ${what}`);
    }
  }

  async #fetch(entry: Descriptor): Promise<FetchedManifest> {
    const found = await this.#from.findManifest(entry.digest);
    const where = this.#nameOf(entry.digest);
    if (found !== undefined) return { ...found, content: verified(where, found.content, entry) };
    throw new ArtifactError("not-found", where, "is named by a manifest, but is not there");
  }

  #nameOf(digest: Digest): string {
    return `${this.#where} (${digest})`;
  }

  #tell(name: string, what: string, copied: boolean, bytes = 0): void {
    this.items.push({ name, what, copied, bytes });
  }

  #tooMany(): ArtifactError {
    const reason = `has more than ${MAX_MANIFESTS} manifests with what refers to them; copy its parts one by one`;
    return new ArtifactError("too-large", this.#where, reason);
  }
}

function notOf(where: string, subject: Digest): string {
  return `${where} is listed as referring to ${subject}, but does not; it was left out`;
}
