import assert from "node:assert/strict";
import { rootCertificates } from "node:tls";
import { tokenOf } from "../../provider/core/opaque";
import { read } from "../../provider/core/spec/read";
import { reachOf, type Reach } from "../../provider/io/reach";

const OCI = { version: "2.x", artifact: "oci://ghcr.io/a/b" };
const PASSWORD = tokenOf("distribution.artifactCredentials.password");
const CREDENTIALS = { username: "me", password: PASSWORD };
const SIGNER = { issuer: "https://issuer.example", identity: "me" };
const CERTIFICATE = rootCertificates[0] ?? "";

/** What came of a distribution, with these secrets. */
function reached(distribution: object, secrets: Readonly<Record<string, unknown>> = {}) {
  const { spec, problems } = read({ distribution, namespace: "gitops" });
  assert.deepEqual(problems, []);
  const reveal = (token: string) => secrets[token];
  const readPullSecret = (namespace: string, name: string) =>
    Promise.resolve(`${namespace}/${name}`);
  return reachOf(spec, { surroundings: {}, warn: () => undefined, reveal, readPullSecret });
}

function reachIn(distribution: object, secrets?: Readonly<Record<string, unknown>>): Reach {
  const found = reached(distribution, secrets);
  assert.ok("reach" in found);
  return found.reach;
}

/** The paths of problems and of what is unknown. */
function obstacles(distribution: object, secrets?: Readonly<Record<string, unknown>>) {
  const found = reached(distribution, secrets);
  if ("reach" in found) return { problems: [], unknown: [] };
  const { problems, unknown } = found;
  return {
    problems: problems.map(({ path, reason }) => `${path}: ${reason}`),
    unknown: unknown.map(({ path }) => path),
  };
}

describe("reaching the artifact of a distribution", () => {
  it("looks at nothing for the embedded releases", () => {
    const reach = reachIn({ version: "2.x", artifactCredentials: CREDENTIALS, offline: true });
    assert.deepEqual(Object.keys(reach).sort(), ["surroundings", "warn"]);
  });

  it("has all that is plain", () => {
    const verify = SIGNER;
    const reach = reachIn({ ...OCI, caCertificate: CERTIFICATE, offline: true, verify });
    const { caCertificate, insecure, offline } = reach;
    assert.deepEqual(
      { caCertificate, insecure, offline },
      {
        caCertificate: CERTIFICATE,
        insecure: false,
        offline: true,
      },
    );
    assert.deepEqual(reach.verify, SIGNER);
    assert.deepEqual([reach.credentials, reach.pullSecret], [undefined, undefined]);
  });

  it("has secrets as they are", () => {
    const token = tokenOf("distribution.caCertificate");
    const distribution = { ...OCI, artifactCredentials: CREDENTIALS, caCertificate: token };
    const secrets = { [PASSWORD]: "hunter2", [token]: CERTIFICATE };
    const { credentials, caCertificate } = reachIn(distribution, secrets);
    assert.deepEqual(credentials, { username: "me", password: "hunter2" });
    assert.equal(caCertificate, CERTIFICATE);
  });

  it("reads the pull secret in the namespace of the instance", async () => {
    const { pullSecret } = reachIn({ ...OCI, artifactPullSecret: "regcred" });
    assert.deepEqual(await pullSecret?.(), { content: "gitops/regcred" });
    assert.equal(reachIn({ ...OCI, artifactPullSecret: "" }).pullSecret, undefined);
  });

  it("is not possible with unknown values, but for those that are not needed offline", () => {
    const whole = { ...OCI, artifactCredentials: tokenOf("distribution.artifactCredentials") };
    const some = { ...OCI, artifactCredentials: CREDENTIALS };
    const path = "distribution.artifactCredentials";
    assert.deepEqual(obstacles(whole), { problems: [], unknown: [path] });
    assert.deepEqual(obstacles(some), { problems: [], unknown: [`${path}.password`] });
    assert.deepEqual(obstacles({ ...some, offline: true }), { problems: [], unknown: [] });
    const identity = tokenOf("distribution.verify.identity");
    assert.deepEqual(obstacles({ ...some, offline: true, verify: { ...SIGNER, identity } }), {
      problems: [],
      unknown: ["distribution.verify.identity"],
    });
  });

  it("tells what is wrong with a secret, and nothing of it", () => {
    const certificate = tokenOf("distribution.caCertificate");
    const whole = tokenOf("distribution.artifactCredentials");
    const cases: readonly (readonly [object, Readonly<Record<string, unknown>>, RegExp])[] = [
      [{ artifactCredentials: CREDENTIALS }, { [PASSWORD]: " " }, /password: is empty/],
      [{ artifactCredentials: CREDENTIALS }, { [PASSWORD]: 12345 }, /password: expected a string/],
      [
        { artifactCredentials: whole },
        { [whole]: "me:12345" },
        /Credentials: expected an object with username and password/,
      ],
      [{ caCertificate: certificate }, { [certificate]: "12345" }, /no certificate in PEM/],
    ];
    for (const [args, secrets, reason] of cases) {
      const { problems } = obstacles({ ...OCI, ...args }, secrets);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", reason);
      assert.doesNotMatch(problems[0] ?? "", /12345/);
    }
  });
});
