import assert from "node:assert/strict";
import { digestOf, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import { serve, type Seen, type TestServer } from "../../support/registries/server";

const SUBJECT = digestOf(Buffer.from("subject"));
const LIST = `/v2/a/b/referrers/${SUBJECT}`;
const CREDENTIALS = { username: "me", password: "hunter2" };

const digestAt = (page: number): Digest => digestOf(Buffer.from(`referrer ${page}`));
const pageOf = ({ path }: Seen) =>
  Number(new URL(path, "http://registry").searchParams.get("page") ?? 1);

describe("the list of what refers to a manifest", () => {
  let server: TestServer;
  afterEach(() => server.stop());
  /** A registry with one referrer on every page, and these links to the next one. */
  const list = async (linkAt: (page: number) => string | undefined, login = false) => {
    server = await serve((seen, response) => {
      if (login && seen.authorization === undefined) {
        response.writeHead(401, { "www-authenticate": "Basic" }).end();
        return;
      }
      if (!seen.path.startsWith(LIST)) {
        response.writeHead(404).end();
        return;
      }
      const page = pageOf(seen);
      const link = linkAt(page);
      const entry = { mediaType: IMAGE_MANIFEST, digest: digestAt(page), size: 1 };
      response.writeHead(200, { "content-type": IMAGE_INDEX, ...(link && { link }) });
      response.end(JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
    });
    const place = { registry: server.address, repository: "a/b" };
    const client = new RegistryClient(place, { surroundings: {}, credentials: CREDENTIALS });
    return (await client.referrersByApi(SUBJECT))?.map(({ digest }) => digest);
  };
  const asked = () => server.seen.map(({ path }) => path);

  it("is of one page where no other is named", async () => {
    const links = [undefined, `<${LIST}?page=2>; rel="prev"`, "nonsense", "<http://[>; rel=next"];
    for (const link of links) {
      assert.deepEqual(await list(() => link), [digestAt(1)]);
      await server.stop();
    }
  });

  it("is of all pages, however they are named", async () => {
    const links = [
      `<${LIST}?page=2>; rel="next"`,
      `<?page=3>; title="x"; rel=next`,
      `<${LIST}?page=1>; rel="first", <?page=4>; rel="next"`,
    ];
    const found = await list((page) => links[page - 1], true);
    assert.deepEqual(found, [1, 2, 3, 4].map(digestAt));
    const pages = ["", "?page=2", "?page=3", "?page=4"].map((query) => LIST + query);
    assert.deepEqual(asked(), [LIST, ...pages]);
  });

  it("is followed to no other place", async () => {
    let seen = 0;
    const other = await serve((_seen, response) => {
      seen += 1;
      response.end();
    });
    try {
      await assert.rejects(
        list(() => `<http://${other.address}${LIST}>; rel=next`),
        {
          code: "unsafe-redirect",
          message: new RegExp(
            `a/b@${SUBJECT}: the list .* goes on at http://${other.address}, which is not`,
          ),
        },
      );
      assert.equal(seen, 0);
    } finally {
      await other.stop();
    }
  });

  it("is an error without an end, and where a page is missing", async () => {
    await assert.rejects(
      list((page) => `<?page=${page + 1}>; rel=next`),
      { code: "too-large", message: /more than 20 pages/ },
    );
    assert.equal(asked().length, 20);
    await server.stop();
    const code = "not-found";
    await assert.rejects(
      list(() => "</v2/a/b/nowhere>; rel=next"),
      { code, status: 404 },
    );
  });
});
