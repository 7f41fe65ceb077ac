import assert from "node:assert/strict";
import { stringify } from "yaml";
import { identity } from "../support/cluster";
import { stateFiles } from "../support/engine";
import { useFlux } from "../support/flux-suite";
import {
  READER,
  startPrivateRepository,
  type PrivateRepository,
} from "../support/git/private-repository";
import { pluck } from "../support/kubernetes/identity";
import { makeKeyPair, type KeyPair } from "../support/registries/certificate";
import { describeStories, secret } from "../support/stories";

const FLEET = stringify({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "fleet", namespace: "default" },
  data: { synced: "yes" },
});

describe("the example with running controllers", function () {
  this.timeout(10 * 60_000);
  let tls: KeyPair;
  let git: PrivateRepository | undefined;
  const suite = useFlux();

  before(async function () {
    tls = makeKeyPair(this);
    git = await startPrivateRepository(this, { "clusters/production/fleet.yaml": FLEET }, tls);
  });
  after(() => git?.stop());

  describeStories(suite, {
    sync: {
      title: "is there when Flux has synced the private repository",
      config: () => ({
        "kubernetes:kubeconfig": secret(suite.cluster.kubeconfig),
        url: { value: git?.url ?? "" },
        branch: { value: "main" },
        path: { value: "clusters/production" },
        "login.username": secret(READER.username),
        "login.password": secret(READER.password),
        'login["ca.crt"]': secret(tls.cert),
      }),
      check: async ({ outputs, text }) => {
        assert.equal(outputs["ready"], true);
        const [source] = await suite.cluster.list("source.toolkit.fluxcd.io/v1", "GitRepository");
        assert.equal(
          pluck(source, "status", "artifact", "revision"),
          `refs/heads/main@sha1:${git?.commit}`,
        );
        const fleet = await suite.cluster.find(identity("v1", "ConfigMap", "fleet", "default"));
        assert.equal(pluck(fleet, "data", "synced"), "yes");
        assert.ok(!(text + stateFiles(suite.project)).includes(READER.password));
      },
    },
  });
});
