import assert from "node:assert/strict";
import { ClusterError, type ClusterErrorCode } from "../../provider/io/cluster/error";

/** For `assert.rejects`: a ClusterError with a code, whose message has all words. */
export function failsWith(
  code: ClusterErrorCode,
  ...words: readonly string[]
): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.code, code, error.message);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  };
}
