import assert from "node:assert/strict";
import { pullSecretOf, type ReadPullSecret } from "../../provider/io/pull-secret";

describe("a pull secret", () => {
  const asked: string[] = [];
  const warnings: string[] = [];
  const secretOf = (read?: ReadPullSecret) =>
    pullSecretOf("gitops", "regcred", read, (line) => warnings.push(line));
  beforeEach(() => {
    asked.splice(0);
    warnings.splice(0);
  });

  it("is read once, and not before it is needed", async () => {
    const secret = secretOf((namespace, name) => {
      asked.push(`${namespace}/${name}`);
      return Promise.resolve("{}");
    });
    assert.deepEqual(asked, []);
    assert.deepEqual(await Promise.all([secret(), secret()]), [
      { content: "{}" },
      { content: "{}" },
    ]);
    assert.deepEqual([asked, warnings], [["gitops/regcred"], []]);
  });

  const absent: readonly (readonly [string, ReadPullSecret | undefined, string])[] = [
    ["there is none", () => Promise.resolve(undefined), "does not exist"],
    [
      "it can't be read",
      () => Promise.reject(new Error("no cluster answers")),
      "can't be read: no cluster answers",
    ],
    ["there is no cluster", undefined, "can't be read: no cluster is known"],
  ];
  for (const [when, read, reason] of absent) {
    it(`is a warning where ${when}`, async () => {
      const missing = `the Secret gitops/regcred of distribution.artifactPullSecret ${reason}`;
      assert.deepEqual(await secretOf(read)(), { missing });
      assert.deepEqual(warnings, [`${missing}; the credentials that Docker knows take its place`]);
    });
  }
});
