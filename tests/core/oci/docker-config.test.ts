import assert from "node:assert/strict";
import {
  credentialIn,
  programFor,
  readDockerConfig,
  readProgramOutput,
  serverOf,
} from "../../../provider/core/oci/docker-config";
import { parseReference } from "../../../provider/core/oci/reference";

const auth = (login: string) => ({ auth: Buffer.from(login).toString("base64") });
const basic = (username: string, password: string) => ({ kind: "basic", username, password });

function find(auths: object, reference: string): unknown {
  const config = readDockerConfig("file", JSON.stringify({ auths }));
  return credentialIn("file", config, parseReference(reference));
}

describe("a Docker configuration", () => {
  const cases: readonly (readonly [string, object, string, unknown])[] = [
    ["a host", { "ghcr.io": auth("a:b") }, "ghcr.io/x/y", basic("a", "b")],
    ["a port", { "r.example:5000": auth("a:b") }, "r.example:5000/x", basic("a", "b")],
    ["no port", { "r.example": auth("a:b") }, "r.example:5000/x", undefined],
    ["a password with colons", { "ghcr.io": auth("a:b:c:") }, "ghcr.io/x", basic("a", "b:c:")],
    ["Docker Hub", { "https://index.docker.io/v1/": auth("a:b") }, "org/x", basic("a", "b")],
    ["an old URL", { "https://ghcr.io/v2/": auth("a:b") }, "ghcr.io/x", basic("a", "b")],
    ["another host", { "ghcr.io.evil": auth("a:b") }, "ghcr.io/x", undefined],
    [
      "name and password",
      { "ghcr.io": { username: "a", password: "b" } },
      "ghcr.io/x",
      basic("a", "b"),
    ],
    [
      "a refresh token",
      { "ghcr.io": { ...auth("a:b"), identitytoken: "t" } },
      "ghcr.io/x",
      { kind: "refresh", token: "t" },
    ],
    [
      "a registry token",
      { "ghcr.io": { registrytoken: "t" } },
      "ghcr.io/x",
      { kind: "bearer", token: "t" },
    ],
    ["an empty entry", { "ghcr.io": {} }, "ghcr.io/x", undefined],
    [
      "the longest path",
      { "ghcr.io": auth("a:1"), "ghcr.io/x/y": auth("a:3"), "ghcr.io/x": auth("a:2") },
      "ghcr.io/x/y/z",
      basic("a", "3"),
    ],
    ["a path that only begins alike", { "ghcr.io/x": auth("a:b") }, "ghcr.io/xy", undefined],
    ["a pattern", { "*.azurecr.io": auth("a:b") }, "mine.azurecr.io/x", basic("a", "b")],
    ["a pattern for one label", { "*.io": auth("a:b") }, "mine.azurecr.io/x", undefined],
  ];
  for (const [title, auths, reference, expected] of cases) {
    it(`is searched by ${title}`, () => {
      assert.deepEqual(find(auths, reference), expected);
    });
  }

  it("names the program of a registry, and one for all others", () => {
    const text = JSON.stringify({ credHelpers: { "ghcr.io": "a" }, credsStore: "b" });
    const config = readDockerConfig("file", text);
    assert.equal(programFor(config, "ghcr.io"), "a");
    assert.equal(programFor(config, "docker.io"), "b");
    assert.equal(programFor(readDockerConfig("file", "{}"), "docker.io"), undefined);
    assert.equal(serverOf("docker.io"), "https://index.docker.io/v1/");
  });

  it("is refused without a word of its content", () => {
    for (const text of ["hunter2", "[1]", '{"auths":hunter2}']) {
      assert.throws(
        () => readDockerConfig("file", text),
        (error: Error) => error.message.startsWith("file: is no JSON") && error.cause === undefined,
      );
    }
    assert.throws(() => find({ "ghcr.io": auth("hunter2") }, "ghcr.io/x"), {
      code: "invalid-credentials",
      message: /^file: the "auth" for ghcr\.io\/x is not base64 of "name:password"; log in/,
    });
  });
});

describe("the output of a credential program", () => {
  it("is a name with a password, a refresh token, or nothing", () => {
    const read = (Username: string, Secret: string) =>
      readProgramOutput("program", JSON.stringify({ ServerURL: "x", Username, Secret }));
    assert.deepEqual(read("a", "b"), basic("a", "b"));
    assert.deepEqual(read("<token>", "b"), { kind: "refresh", token: "b" });
    assert.equal(read("", ""), undefined);
  });
});
