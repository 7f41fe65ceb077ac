import assert from "node:assert/strict";
import {
  problemsOfClaim,
  problemsOfLineage,
  problemsOfNewcomer,
  problemsOfOwner,
  problemsOfPlace,
  toClaim,
  type Claim,
  type Confirmation,
} from "../../../provider/core/lifecycle/claim";
import type { Problem } from "../../../provider/core/problem";

const URN = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux";
const RENAMED = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::old";
const ELSEWHERE = "urn:pulumi:dev::other::flux-instance:index:FluxInstance::flux";

const OURS = "0123456789abcdef";
const THEIRS = "fedcba9876543210";
const TAKE_OVER = `FLUX_INSTANCE_TAKE_OVER=${OURS} pulumi up`;

const claimOf = (more: Partial<Claim> = {}): Claim => ({
  id: OURS,
  urn: URN,
  identity: "token",
  isCarried: true,
  ...more,
});

/** The reason of the one problem, or nothing where there is none. */
const reasonIn = (problems: readonly Problem[]): string => {
  assert.ok(problems.length <= 1);
  const [problem] = problems;
  if (problem === undefined) return "";
  assert.equal(problem.path, "");
  assert.match(problem.reason, /Nothing was changed\./);
  assert.ok(!problem.reason.includes("undefined"), problem.reason);
  return problem.reason;
};

describe("the cluster of an instance", () => {
  const recorded = { cluster: "uid-1", server: "https://one/" };

  it("is any one before the first update, and then the same at every address", () => {
    assert.deepEqual(problemsOfPlace(undefined, recorded, ""), []);
    assert.deepEqual(problemsOfPlace(recorded, recorded, ""), []);
    const other = { cluster: "uid-1", server: "https://load-balancer/" };
    assert.deepEqual(problemsOfPlace(recorded, other, ""), []);
  });

  it("is not changed without the user's word, which names the new one", () => {
    const seen = { cluster: "uid-2", server: "https://two/" };
    const reason = reasonIn(problemsOfPlace(recorded, seen, ""));
    assert.match(
      reason,
      /Flux is in https:\/\/one\/ \(UID uid-1\), .* https:\/\/two\/ \(UID uid-2\)/,
    );
    assert.match(reason, /`pulumi destroy` with its kubeconfig/);
    assert.match(reason, /`FLUX_INSTANCE_MOVE_TO_CLUSTER=uid-2 pulumi up`/);
    const dead = "FLUX_INSTANCE_MOVE_TO_CLUSTER=uid-2 PULUMI_K8S_DELETE_UNREACHABLE=true pulumi up";
    assert.ok(reason.includes(`\`${dead}\` if the former cluster is gone`), reason);
    assert.deepEqual(problemsOfPlace(recorded, seen, "uid-2"), []);
    assert.equal(problemsOfPlace(recorded, seen, "uid-1").length, 1);
    assert.equal(problemsOfPlace(recorded, seen, "uid-3").length, 1);
  });

  it("that was rebuilt at the same address is named so, and nothing has to be destroyed", () => {
    const seen = { cluster: "uid-2", server: recorded.server };
    const reason = reasonIn(problemsOfPlace(recorded, seen, ""));
    assert.match(
      reason,
      /If the cluster was rebuilt, run `FLUX_INSTANCE_MOVE_TO_CLUSTER=uid-2 PULUMI_K8S_DELETE_UNREACHABLE=true pulumi up`\./,
    );
    assert.ok(!reason.includes("destroy"), reason);
  });
});

describe("a new instance", () => {
  const newcomer = { urn: URN, takeOver: "" };

  it("may have a cluster that nobody claims, or that its own URN claims", () => {
    assert.deepEqual(problemsOfNewcomer(undefined, newcomer), []);
    assert.deepEqual(problemsOfNewcomer(claimOf(), newcomer), []);
  });

  it("of another name in the same stack needs the alias", () => {
    const reason = reasonIn(problemsOfNewcomer(claimOf({ urn: RENAMED }), newcomer));
    assert.ok(reason.includes(`aliases: ["${RENAMED}"]`), reason);
    assert.ok(reason.includes(TAKE_OVER), reason);
  });

  it("of another stack is told which stack to destroy", () => {
    const reason = reasonIn(problemsOfNewcomer(claimOf({ urn: ELSEWHERE }), newcomer));
    assert.ok(reason.includes(`${ELSEWHERE} (id ${OURS})`), reason);
    assert.ok(reason.includes("run `pulumi destroy` in stack other/dev"), reason);
    assert.ok(!reason.includes("aliases"), reason);
    assert.ok(reason.includes(TAKE_OVER), reason);
  });

  it("is told the id of an owner without a URN", () => {
    const reason = reasonIn(problemsOfNewcomer(claimOf({ urn: "" }), newcomer));
    assert.ok(reason.includes(`another FluxInstance, with the id ${OURS}.`), reason);
    assert.ok(!reason.includes("in stack"), reason);
    assert.ok(reason.includes(TAKE_OVER), reason);
  });

  it("takes over what the user names, and nothing else", () => {
    const claim = claimOf({ urn: ELSEWHERE });
    assert.deepEqual(problemsOfNewcomer(claim, { urn: URN, takeOver: OURS }), []);
    assert.equal(problemsOfNewcomer(claim, { urn: URN, takeOver: THEIRS }).length, 1);
  });
});

/** A state that knows its id, and the record that its last update has written. */
const known: Confirmation = {
  urn: URN,
  takeOver: "",
  owner: OURS,
  identity: "token",
  former: OURS,
  formerIdentity: "token",
};
/** An Identity without a state, and a Transition without one. */
const lost: Partial<Confirmation> = {
  identity: "new-token",
  former: undefined,
  formerIdentity: undefined,
};

describe("the id of an instance", () => {
  type Case = readonly [
    what: string,
    claim: Claim | undefined,
    confirmation: Partial<Confirmation>,
    expected: RegExp | undefined,
  ];
  const table: readonly Case[] = [
    ["a first update in a free cluster", undefined, lost, undefined],
    ["an update, also with a copy of the state in another backend", claimOf(), {}, undefined],
    ["a rename with an alias", claimOf({ urn: RENAMED }), {}, undefined],
    ["a renamed or moved stack", claimOf({ urn: ELSEWHERE }), {}, undefined],
    ["a replaced Identity", claimOf(), { identity: "new-token" }, undefined],
    [
      "an Identity that was replaced in an update that was killed after the record",
      claimOf({ identity: "new-token" }),
      { identity: "new-token" },
      undefined,
    ],
    [
      "a replaced Transition, and one that was deleted from the state",
      claimOf(),
      { former: undefined, formerIdentity: undefined },
      undefined,
    ],
    ["both replaced at once", claimOf(), lost, /pulumi state untaint` for both/],
    ["a lost state, the same stack in another backend", claimOf(), lost, /the state was lost/],
    ["a first update that was killed", claimOf({ isCarried: false }), lost, undefined],
    ["a record that was removed by hand", undefined, {}, undefined],
    ["a record that a destroy has made again", claimOf({ urn: "", identity: "" }), {}, undefined],
    [
      "a lost state, with a record that a destroy has made again",
      claimOf({ identity: "" }),
      lost,
      /the state does not know this id/,
    ],
    [
      "a state whose id another state has taken over",
      claimOf({ urn: ELSEWHERE, identity: "theirs" }),
      {},
      /another state has taken over this id.*`pulumi state delete --target-dependents "urn:pulumi:prod::fleet::/,
    ],
    [
      "a state whose id another state of the same URN has taken over",
      claimOf({ identity: "theirs" }),
      { identity: "new-token" },
      /another state has taken over this id/,
    ],
    [
      "the loser of two stacks that started at once",
      claimOf({ id: THEIRS, urn: ELSEWHERE, identity: "theirs" }),
      { former: undefined, formerIdentity: undefined },
      /belongs to another FluxInstance, .*other::.*`pulumi destroy` in stack other\/dev/,
    ],
    [
      "the loser of two stacks of one URN that started at once",
      claimOf({ id: THEIRS, identity: "theirs" }),
      { former: undefined, formerIdentity: undefined },
      /with the id fedcba9876543210 .*the state does not know this id/,
    ],
    [
      "an instance that moves to a cluster of another one",
      claimOf({ id: THEIRS, urn: ELSEWHERE, isCarried: false }),
      {},
      /belongs to another FluxInstance/,
    ],
    [
      "a component that was renamed without an alias, with both Identities in the program",
      claimOf({ id: THEIRS, urn: RENAMED }),
      {},
      /aliases: \["urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::old"\]/,
    ],
    [
      "an Identity that has lost the id, with a record",
      claimOf(),
      { owner: THEIRS },
      /two ids, fedcba9876543210 and 0123456789abcdef\. .*FLUX_INSTANCE_TAKE_OVER=0123456789abcdef/,
    ],
    [
      "an Identity that has another id than Transition, and the record has it too",
      claimOf(),
      { former: THEIRS },
      /FLUX_INSTANCE_TAKE_OVER=0123456789abcdef pulumi up`, which keeps the id of the owner record/,
    ],
    [
      "an Identity that has lost the id, without a record",
      undefined,
      { owner: THEIRS },
      /FLUX_INSTANCE_TAKE_OVER=ID pulumi up` .*annotation flux-instance\.pulumi\.com\/id/,
    ],
  ];
  for (const [what, claim, confirmation, expected] of table) {
    it(`is ${expected === undefined ? "confirmed" : "refused"} for ${what}`, () => {
      const reason = reasonIn(problemsOfOwner(claim, { ...known, ...confirmation }));
      if (expected === undefined) assert.equal(reason, "");
      else assert.match(reason, expected);
    });
  }

  it("is taken over by the user's word alone", () => {
    const step = { ...known, ...lost, takeOver: OURS };
    const carried = claimOf({ identity: "theirs" });
    assert.deepEqual(problemsOfOwner(carried, step), []);
    assert.deepEqual(problemsOfOwner(claimOf({ urn: ELSEWHERE, identity: "theirs" }), step), []);
    assert.deepEqual(problemsOfOwner(carried, { ...step, former: THEIRS }), [], "from another id");
    assert.equal(problemsOfOwner(carried, { ...step, takeOver: THEIRS }).length, 1);
    const lostRecord = { ...known, ...lost, owner: THEIRS, takeOver: THEIRS };
    assert.deepEqual(problemsOfOwner(undefined, lostRecord), []);
    assert.equal(problemsOfOwner(carried, lostRecord).length, 1, "the record names another id");
  });

  it("is compared with the record also where nothing was checked", () => {
    const claimant = { urn: URN, takeOver: "" };
    assert.deepEqual(problemsOfClaim(undefined, OURS, claimant), []);
    assert.deepEqual(problemsOfClaim(claimOf({ identity: "theirs" }), OURS, claimant), []);
    const theirs = claimOf({ id: THEIRS, urn: ELSEWHERE });
    assert.match(reasonIn(problemsOfClaim(theirs, OURS, claimant)), /another FluxInstance/);
    assert.deepEqual(problemsOfClaim(theirs, OURS, { urn: URN, takeOver: THEIRS }), []);
  });
});

describe("a claim", () => {
  it("is read from inputs, whatever they hold", () => {
    assert.deepEqual(toClaim(claimOf()), claimOf());
    const empty = { id: "", urn: "", identity: "", isCarried: false };
    assert.deepEqual(toClaim({}), empty);
    assert.deepEqual(toClaim({ id: 1, urn: null, identity: [], isCarried: "true" }), empty);
  });

  it("that somebody has forged prints no command and no line of its own", () => {
    const urn = "urn:pulumi:a::b`\n\u001b[2JNothing to do::c::d";
    const claim = claimOf({ id: "x; rm -rf / #", urn });
    const reason = reasonIn(problemsOfNewcomer(claim, { urn: URN, takeOver: "" }));
    assert.ok(reason.includes("`FLUX_INSTANCE_TAKE_OVER=ID pulumi up`"), reason);
    assert.ok(!/\p{Cc}/u.test(reason), reason);
    assert.equal(reason.split("`").length, 5, reason);
    assert.ok(
      reasonIn(problemsOfNewcomer(claimOf({ urn: "u".repeat(9_999) }), known)).length < 1_500,
    );
  });
});

describe("the state of an instance", () => {
  const claimant = { urn: URN, takeOver: "" };
  const problems = (recorded: string, kept: string, takeOver = "") =>
    problemsOfLineage(claimOf(), { recorded, kept }, { ...claimant, takeOver });

  it("is the one that the record names", () => {
    assert.deepEqual(problems("one", "one"), []);
    assert.match(reasonIn(problems("two", "one")), /another state has taken over this id/);
    assert.ok(reasonIn(problems("two", "one")).includes(TAKE_OVER));
  });

  it("is not judged where one of the two is not known, or the user takes the id over", () => {
    assert.deepEqual(problems("", "one"), []);
    assert.deepEqual(problems("two", ""), []);
    assert.deepEqual(problems("two", "one", OURS), []);
    assert.deepEqual(problemsOfLineage(undefined, { recorded: "", kept: "one" }, claimant), []);
  });
});
