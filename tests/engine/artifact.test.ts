import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { RegistryClient } from "../../provider/io/oci/registry-client";
import type { Registry } from "../../tools/registry";
import { startCluster, type Cluster } from "../support/cluster";
import { stateFiles, type Project } from "../support/engine";
import { pluck } from "../support/kubernetes/identity";
import { instance, operate, resourcesOf, succeed, type Operation } from "../support/operation";
import { versionWarning } from "../support/plugins";
import { requireProject } from "../support/project";
import { tarGzip } from "../support/registries/archive";
import {
  artifactOf,
  embeddedRelease,
  push,
  type TestArtifact,
} from "../support/registries/artifact";
import { startRegistryWithLogin, USER } from "../support/registries/registry-with-login";
import { knownLater } from "../support/unknown";
import { requireTools } from "../tools/require-tools";

const COMPONENT = "flux-instance:index:FluxInstance";
const NAMESPACE = "flux-system";
const PULL_SECRET = "regcred";
/** No letter of it is in the password of the registry. */
const WRONG = "0123456789";

describe("an instance from a registry that wants a login", function () {
  this.timeout(10 * 60_000);
  let cluster: Cluster;
  let project: Project;
  let registry: Registry;
  let stack: Stack;
  let [first, second]: readonly TestArtifact[] = [];
  const ends: (() => Promise<void> | void)[] = [];

  before(async function () {
    const { registry: program } = await requireTools(this, ["registry"]);
    cluster = await startCluster(this);
    ends.push(() => cluster.stop());
    const folder = mkdtempSync(join(tmpdir(), "flux-instance-machine-"));
    ends.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const environment = { XDG_CACHE_HOME: join(folder, "cache"), DOCKER_CONFIG: folder };
    project = await requireProject(this, { environment });
    ends.push(() => {
      project.remove();
    });
    registry = await startRegistryWithLogin(program, "htpasswd");
    ends.push(() => registry.stop());
    [first, second] = ["a", "b"].map((mark) =>
      artifactOf(tarGzip(embeddedRelease("v2.9.4", mark))),
    );
    await tag(first);
    stack = await project.stack(
      "artifact",
      from(() => ({})),
    );
  });

  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** Puts an artifact behind the tag that the instance names. */
  async function tag(artifact: TestArtifact | undefined): Promise<void> {
    assert.ok(artifact !== undefined);
    const place = { registry: registry.address, repository: "org/flux" };
    await push(
      new RegistryClient(place, { surroundings: {}, credentials: USER }),
      artifact,
      "latest",
    );
  }

  const from = (distribution: () => object): PulumiFn =>
    instance(() => ({
      distribution: {
        version: "2.9.x",
        artifact: `oci://${registry.address}/org/flux`,
        ...distribution(),
      },
      components: ["source-controller"],
      kubeconfig: cluster.kubeconfig,
    }));
  const withLogin = from(() => ({
    artifactCredentials: { username: USER.username, password: secret(USER.password) },
  }));

  const locked = from(() => ({ artifactCredentials: { ...USER }, updatePolicy: "locked" }));

  function assertNoPassword({ text, recorder }: Operation): void {
    // The SDK's own debug messages show every input; only `--debug` prints them.
    const told = recorder.events.filter(
      ({ diagnosticEvent }) => (diagnosticEvent?.severity as string | undefined) !== "debug",
    );
    const state = stateFiles(project);
    for (const place of [text, JSON.stringify(told), state]) {
      assert.ok(!place.includes(USER.password) && !place.includes(WRONG));
    }
  }
  const warningsOf = ({ recorder }: Operation) => recorder.messages("warning").join("\n");
  const errorsOf = ({ recorder }: Operation) => recorder.messages("error").join("\n");
  const digestIn = async () => {
    const component = (await resourcesOf(stack)).find(({ type }) => type === COMPONENT);
    return pluck(component?.inputs, "resolved", "digest");
  };

  it("fails without the login, and says what to do", async () => {
    const failed = await operate(
      stack,
      "preview",
      from(() => ({})),
    );
    assert.ok(failed.failed);
    assert.match(errorsOf(failed), /distribution\.artifact.*HTTP 401.*no credentials; log in with/);
  });

  it("fails with a wrong login, and does not print it", async () => {
    const artifactCredentials = { username: USER.username, password: WRONG };
    const failed = await operate(
      stack,
      "up",
      from(() => ({ artifactCredentials })),
    );
    assert.ok(failed.failed);
    assert.match(errorsOf(failed), /HTTP 401.*shown the credentials that were passed in/);
    assertNoPassword(failed);
  });

  it("says in a preview that it waits for a password that is not known yet", async () => {
    const { username, password } = USER;
    const later = () => ({ artifactCredentials: { username, password: knownLater(password) } });
    const preview = await succeed(stack, "preview", from(later));
    assert.match(
      warningsOf(preview),
      /can't show the objects of Flux, because distribution\.artifactCredentials\.password is not known yet/,
    );
    const created = preview.recorder.steps().filter(({ type }) => type.startsWith("kubernetes:"));
    assert.deepEqual(created, []);
  });

  it("is installed with the login, which stays secret", async () => {
    const up = await succeed(stack, "up", withLogin);
    assert.equal(up.outputs["artifactDigest"], first?.digest);
    assert.equal(await digestIn(), first?.digest);
    assert.equal(warningsOf(up), versionWarning(project.kubernetes));
    assert.ok(stateFiles(project).includes(registry.address));
    assertNoPassword(up);
  });

  it("keeps a login secret that the program did not mark", async () => {
    const plain = await succeed(
      stack,
      "up",
      from(() => ({ artifactCredentials: { ...USER } })),
    );
    assertNoPassword(plain);
  });

  it("is pulled with a Secret of its cluster", async () => {
    const auths = { [registry.address]: USER };
    const content = Buffer.from(JSON.stringify({ auths })).toString("base64");
    await cluster.create({
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/dockerconfigjson",
      metadata: { name: PULL_SECRET, namespace: NAMESPACE },
      data: { ".dockerconfigjson": content },
    });
    const up = await succeed(
      stack,
      "up",
      from(() => ({ artifactPullSecret: PULL_SECRET })),
    );
    assert.equal(warningsOf(up), versionWarning(project.kubernetes));
    assertNoPassword(up);
    const failed = await operate(
      stack,
      "preview",
      from(() => ({ artifactPullSecret: "absent" })),
    );
    assert.match(errorsOf(failed), /no credentials, and the Secret flux-system\/absent of/);
  });

  it("shows a tag that moved as one line", async () => {
    await succeed(stack, "up", withLogin);
    await tag(second);
    const preview = await succeed(stack, "preview", withLogin);
    const [step, ...others] = preview.recorder.steps();
    assert.deepEqual([step?.type, others], [COMPONENT, []]);
    assert.match(preview.text, /FluxInstance flux update \[diff: ~resolved\]/);
    assert.equal(pluck(step?.before, "resolved", "digest"), first?.digest);
    assert.equal(pluck(step?.after, "resolved", "digest"), second?.digest);
    await succeed(stack, "up", withLogin);
    assert.equal(await digestIn(), second?.digest);
  });

  it("keeps its digest when it is locked, and says that the tag moved", async () => {
    await succeed(stack, "up", locked);
    await tag(first);
    const moved = await succeed(stack, "preview", locked);
    assert.deepEqual(moved.recorder.steps(), []);
    const note = `locked to Flux v2.9.4 in ${second?.digest}, and Flux v2.9.4 in ${first?.digest} is there`;
    assert.ok(moved.recorder.messages("info").join().includes(note));
    await tag(second);
    const back = await succeed(stack, "preview", locked);
    assert.doesNotMatch(back.recorder.messages("info").join(), /locked to/);
  });

  describe("that is away", () => {
    before(() => registry.stop());

    it("goes on with a warning when it is locked", async () => {
      const up = await succeed(stack, "up", locked);
      assert.match(warningsOf(up), /no newer release could be looked for: .*can't be reached/);
      assert.equal(await digestIn(), second?.digest);
      assertNoPassword(up);
    });

    it("fails, and goes on offline with a warning", async () => {
      const failed = await operate(stack, "up", withLogin);
      assert.ok(failed.failed);
      const error = errorsOf(failed);
      assert.match(error, /distribution\.artifact.*can't be reached.*check its name, the network/);
      assert.match(error, new RegExp(`the last digest seen is ${second?.digest}.*or offline`));
      const up = await succeed(
        stack,
        "up",
        from(() => ({ offline: true })),
      );
      assert.match(warningsOf(up), /offline, so the last digest seen is used: sha256:/);
      assert.equal(await digestIn(), second?.digest);
    });
  });
});
