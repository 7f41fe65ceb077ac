import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterError } from "../../../provider/io/cluster/error";
import { findEntry } from "../../../provider/io/cluster/kubeconfig";
import { kubeconfigOf } from "../../support/fake-api-server";

const SECRET = "s3cret-token";

const refused =
  (...words: readonly string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof ClusterError);
    assert.equal(error.code, "bad-kubeconfig");
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    assert.ok(!error.message.includes(SECRET), "no secret in the message");
    return true;
  };

describe("a kubeconfig", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it("is taken by content, and named without it", async () => {
    const kubeconfig = kubeconfigOf("https://one:6443/", { token: SECRET });
    const { server, title } = await findEntry({ kubeconfig, origin: "the args" }, {});
    assert.equal(server.href, "https://one:6443/");
    assert.equal(title, 'https://one:6443/, context "somewhere" of the args');
  });

  it("is taken by path, also below the home folder; its files lie beside it", async () => {
    mkdirSync(join(folder, "sub"), { recursive: true });
    const user = { "client-key": "key.pem", exec: { command: "./login", args: ["./x"] } };
    const path = write("sub/config", kubeconfigOf("one", user));
    for (const kubeconfig of [path, "~/sub/config"]) {
      const entry = await findEntry({ kubeconfig }, { home: folder });
      assert.ok(entry.title.endsWith(path), entry.title);
      assert.equal(entry.server.href, "https://one/");
      assert.equal(entry.user["client-key"], join(folder, "sub", "key.pem"));
      const command = join(folder, "sub", "login");
      assert.deepEqual(entry.user["exec"], { command, args: ["./x"] });
    }
  });

  it("is merged of several files as kubectl does: the first one wins, absent ones don't count", async () => {
    const first = write("first", kubeconfigOf("https://first"));
    const other = kubeconfigOf("https://second").replaceAll('"c"', '"d"');
    const second = write("second", other.replace("somewhere", "elsewhere"));
    const kubeconfigs = [join(folder, "absent"), first, second];
    const { server } = await findEntry({}, { kubeconfigs });
    assert.equal(server.host, "first");
    const elsewhere = await findEntry({ context: "elsewhere" }, { kubeconfigs });
    assert.equal(elsewhere.server.host, "second");
    const chosen = await findEntry({ cluster: "d" }, { kubeconfigs });
    assert.equal(chosen.server.host, "second");
  });

  it("that can't be used is refused, without its content", async () => {
    const content = kubeconfigOf("https://one", { token: SECRET });
    const find = (kubeconfig: string, context?: string) =>
      findEntry({ kubeconfig, ...(context === undefined ? {} : { context }) }, {});
    await assert.rejects(find(`{ users: [ ${SECRET}`), refused("neither a kubeconfig"));
    await assert.rejects(find(SECRET), refused("neither a kubeconfig"));
    // An unquoted text that begins with * is an alias, which the parser names.
    const alias = `users: [{ name: a, user: { token: *${SECRET} } }]`;
    await assert.rejects(find(alias), refused("neither a kubeconfig"));
    await assert.rejects(find(`a: &${SECRET} b\na: c`), refused("neither a kubeconfig"));
    await assert.rejects(find(content, "nowhere"), refused('no context "nowhere"', '"somewhere"'));
    const currentless = content.replace('"current-context":"somewhere"', '"x":1');
    await assert.rejects(find(currentless), refused("no current context", "`context`"));
    const serverless = content.replace("https://one", "");
    await assert.rejects(find(serverless), refused("without a server"));
    const kubeconfigs = [join(folder, "absent")];
    await assert.rejects(findEntry({}, { kubeconfigs }), refused("absent", "KUBECONFIG"));
    await assert.rejects(
      findEntry({ kubeconfig: folder }, {}),
      refused("is a folder; give a file"),
    );
    const unreadable = write("unreadable", "x".repeat(16 * 1024 * 1024 + 1));
    await assert.rejects(find(unreadable), refused("is larger than 16 MiB"));
    await assert.rejects(find("/dev/zero"), refused("is a pipe or a device"));
  });
});
