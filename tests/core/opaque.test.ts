import assert from "node:assert/strict";
import { isToken, pathOf, splitTokens, tokenOf, tokensIn } from "../../provider/core/opaque";

describe("tokens of opaque values", () => {
  const token = tokenOf("sync.url");

  it("name the path they came from", () => {
    assert.equal(pathOf(token), "sync.url");
  });

  it("are found inside a text", () => {
    const text = `http://${token}/a/${tokenOf("cluster.domain")}`;
    assert.deepEqual(tokensIn(text), [token, tokenOf("cluster.domain")]);
    assert.deepEqual(splitTokens(text), ["http://", token, "/a/", tokenOf("cluster.domain")]);
  });

  it("are only themselves without anything beside them", () => {
    assert.ok(isToken(token));
    assert.ok(!isToken(`${token}x`));
    assert.ok(!isToken(`${token}${token}`));
    assert.ok(!isToken("sync.url"));
    assert.ok(!isToken({}));
  });
});
