import { digestOf, isDigest, verified, type Digest, type Expected } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS, printSize } from "../../core/oci/limits";
import { MANIFEST_TYPES, readManifest, type Descriptor } from "../../core/oci/manifest";
import { printReference, type Repository } from "../../core/oci/reference";
import { referrersTag } from "../../core/oci/referrers";
import type { RegistryAccess } from "./access";
import type { Actions } from "./authorization";
import type { Answer } from "./http";
import { hasBlob, uploadBlob, uploadManifest } from "./push";
import { referrersByApi, referrersIn } from "./referrers";
import { Session } from "./session";

/** A manifest as the registry has it. */
export interface FetchedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly content: Buffer;
}

/**
 * One repository of an OCI registry. All that it returns has been checked by size and digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class RegistryClient {
  readonly #session: Session;
  readonly #place: Repository;

  /** @param actions what a login asks for, even to read; to look before writing takes `pull,push` */
  constructor({ registry, repository }: Repository, access: RegistryAccess, actions?: Actions) {
    this.#place = { registry, repository };
    this.#session = new Session(this.#place, access, actions);
  }

  /**
   * The digest that a tag points to now; undefined where the registry does not tell it without the content, also when
   * there is no such tag.
   */
  async resolve(tag: string): Promise<Digest | undefined> {
    const where = this.#nameOf(tag);
    const answer = await this.#askManifest("HEAD", tag, where, [200, 404, 405]);
    const digest = answer.headers["docker-content-digest"];
    return answer.status === 200 && isDigest(digest) ? digest : undefined;
  }

  /** The manifest or index behind a tag or digest. */
  async manifest(reference: string): Promise<FetchedManifest> {
    const where = this.#nameOf(reference);
    return this.#checked(reference, await this.#askManifest("GET", reference, where, [200]));
  }

  /** The same; undefined where there is none. */
  async findManifest(reference: string): Promise<FetchedManifest | undefined> {
    const where = this.#nameOf(reference);
    const answer = await this.#askManifest("GET", reference, where, [200, 404]);
    return answer.status === 200 ? this.#checked(reference, answer) : undefined;
  }

  #checked(reference: string, { headers, body }: Answer): FetchedManifest {
    const where = this.#nameOf(reference);
    const said = headers["docker-content-digest"];
    const digest = isDigest(reference) ? reference : isDigest(said) ? said : digestOf(body);
    const content = verified(where, body, { digest });
    const { mediaType } = readManifest(where, content, headers["content-type"]);
    return { digest, mediaType, content };
  }

  /** Content by its digest and, where it is known, its size. */
  async blob(expected: Expected): Promise<Buffer> {
    const { digest, size } = expected;
    const where = this.#nameOf(digest);
    if (size !== undefined && size > LIMITS.layer) throw tooLarge(where, size);
    const { body } = await this.#session.send({
      method: "GET",
      target: `blobs/${digest}`,
      headers: { "accept-encoding": "identity" },
      // One byte more than expected, so that a longer body is told as what it is.
      limit: size === undefined ? LIMITS.layer : size + 1,
      where,
      accept: [200],
    });
    return verified(where, body, expected);
  }

  /**
   * What refers to a manifest, such as its signatures; of every type, as registries tell types wrongly.
   * Without the API it is an index behind a tag, where cosign and others keep it.
   */
  async referrers(digest: Digest): Promise<readonly Descriptor[]> {
    const known = await this.referrersByApi(digest);
    if (known !== undefined) return known;
    const tagged = await this.findManifest(referrersTag(digest));
    return tagged === undefined ? [] : referrersIn(this.#nameOf(digest), tagged.content);
  }

  /** What the registry itself knows to refer to a manifest; undefined where it has no API for that. */
  async referrersByApi(digest: Digest): Promise<readonly Descriptor[] | undefined> {
    return await referrersByApi(this.#session, digest, this.#nameOf(digest));
  }

  /** Whether the repository has a blob of that size. */
  async hasBlob(expected: Expected): Promise<boolean> {
    return await hasBlob(this.#session, expected);
  }

  /** Puts content into the repository. */
  async uploadBlob(content: Buffer): Promise<Digest> {
    return await uploadBlob(this.#session, content);
  }

  /** Puts content into the repository, unless it is there. */
  async pushBlob(content: Buffer): Promise<Digest> {
    const digest = digestOf(content);
    return (await this.hasBlob({ digest })) ? digest : await this.uploadBlob(content);
  }

  /** Puts a manifest into the repository, behind a tag or by its digest alone. */
  async pushManifest(content: Buffer, mediaType: string, tag?: string): Promise<Digest> {
    const where = this.#nameOf(tag ?? digestOf(content));
    return await uploadManifest(this.#session, content, mediaType, { where, tag });
  }

  async #askManifest(
    method: "GET" | "HEAD",
    reference: string,
    where: string,
    accept: readonly number[],
  ): Promise<Answer> {
    const headers = { accept: MANIFEST_TYPES.join(", "), "accept-encoding": "identity" };
    const target = `manifests/${reference}`;
    return await this.#session.send({
      method,
      target,
      headers,
      limit: LIMITS.manifest,
      where,
      accept,
    });
  }

  #nameOf(reference: string): string {
    const part = isDigest(reference) ? { digest: reference } : { tag: reference };
    return printReference({ ...this.#place, ...part });
  }
}

function tooLarge(where: string, size: number): ArtifactError {
  const reason = `is ${size} bytes long; at most ${printSize(LIMITS.layer)} are read`;
  return new ArtifactError("too-large", where, reason);
}
