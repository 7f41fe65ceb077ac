import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, secret, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { JsonObject } from "../../provider/core/manifest";
import { identity, metadataOf } from "../support/cluster";
import { KubernetesProvider } from "../support/cluster-provider";
import { useCluster } from "../support/cluster-suite";
import { stateFiles } from "../support/engine";
import { startFakeApiServer, type FakeApiServer } from "../support/fake-api-server";
import { identityOf } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  objectSteps,
  operate,
  resourcesOf,
  succeed,
  type Args,
} from "../support/operation";
import { knownLater } from "../support/unknown";

const ARGS = { distribution: { version: "2.9.x" }, components: ["source-controller"] };
const AMBIENT = "KUBECONFIG";

type Config = JsonObject & {
  readonly clusters: readonly { readonly name: string; readonly cluster: JsonObject }[];
  readonly users: readonly { readonly name: string; readonly user: JsonObject }[];
};

describe("where the configuration of a cluster comes from", function () {
  this.timeout(15 * 60_000);
  const suite = useCluster();

  const program = (
    more: () => Args = () => ({}),
    options: () => ComponentResourceOptions = () => ({}),
  ): PulumiFn => instance(() => ({ ...ARGS, ...more() }), options);

  /** Passes a provider, whose kubeconfig the program keeps secret. */
  const passing =
    (name: string, args: () => { readonly kubeconfig?: unknown }) =>
    (): ComponentResourceOptions => {
      const { kubeconfig, ...others } = args();
      const all = kubeconfig === undefined ? others : { ...others, kubeconfig: secret(kubeconfig) };
      return { providers: [new KubernetesProvider(name, all)] };
    };

  const config = (): Config => parse(suite.cluster.kubeconfig) as Config;

  /** The kubeconfig of the same cluster with something else in its entry. */
  const changed = (more: JsonObject): string =>
    JSON.stringify({
      ...config(),
      clusters: config().clusters.map(({ name, cluster }) => ({
        name,
        cluster: { ...cluster, ...more },
      })),
    });

  function setAmbient(stack: Stack, kubeconfig: string): void {
    const path = join(suite.project.folder, "ambient-kubeconfig");
    writeFileSync(path, kubeconfig, { mode: 0o600 });
    stack.workspace.envVars[AMBIENT] = path;
  }

  describe("of the same cluster", () => {
    const REPOSITORY = identity(
      "source.toolkit.fluxcd.io/v1",
      "GitRepository",
      "of-a-user",
      "default",
    );
    let stack: Stack;
    let uids: Readonly<Record<string, string>>;

    before(async () => {
      const kubeconfig = suite.cluster.kubeconfig;
      const first = program(() => ({ kubeconfig }));
      stack = await suite.project.stack("same", first);
      setAmbient(stack, kubeconfig);
      await succeed(stack, "up", first);
      await suite.cluster.create({
        apiVersion: REPOSITORY.apiVersion,
        kind: REPOSITORY.kind,
        metadata: {
          name: REPOSITORY.name,
          namespace: REPOSITORY.namespace,
          finalizers: ["finalizers.fluxcd.io"],
        },
        spec: { interval: "1h", url: "https://example.com/fleet.git" },
      });
      uids = await uidsNow();
      assert.ok(Object.keys(uids).length > 10);
    });

    after(async () => {
      await succeed(stack, "up", program());
      await succeed(stack, "destroy");
    });

    async function uidsNow(): Promise<Readonly<Record<string, string>>> {
      const children = (await childrenOf(stack)).map(({ inputs }) =>
        identityOf(inputs as JsonObject),
      );
      const entries = [...children, REPOSITORY].map(async (object) => {
        const live = await suite.cluster.find(object);
        assert.equal(metadataOf(live, "deletionTimestamp"), "", object.name);
        return [`${object.kind}/${object.name}`, metadataOf(live, "uid")] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    }

    const configure = async (values: Readonly<Record<string, string>>) => {
      for (const [key, value] of Object.entries(values)) {
        await stack.setConfig(`kubernetes:${key}`, { value, secret: key === "kubeconfig" });
      }
    };

    const sources: readonly (readonly [string, () => PulumiFn | Promise<PulumiFn>])[] = [
      [
        "a provider that is passed",
        () =>
          program(
            undefined,
            passing("own", () => ({ kubeconfig: suite.cluster.kubeconfig })),
          ),
      ],
      [
        "the same provider with another name",
        () =>
          program(
            undefined,
            passing("renamed", () => ({ kubeconfig: suite.cluster.kubeconfig })),
          ),
      ],
      [
        "one with an object, and with a server name that the certificate has too",
        () => {
          const kubeconfig = JSON.parse(
            changed({ "tls-server-name": "kubernetes.default" }),
          ) as object;
          return program(
            undefined,
            passing("renamed", () => ({ kubeconfig })),
          );
        },
      ],
      [
        "one with an identifier of its own",
        () => {
          const args = { kubeconfig: suite.cluster.kubeconfig, clusterIdentifier: "mine" };
          return program(
            undefined,
            passing("renamed", () => args),
          );
        },
      ],
      [
        "a provider that has none itself",
        () =>
          program(
            undefined,
            passing("ambient", () => ({})),
          ),
      ],
      ["the ambient kubeconfig", () => program()],
      ["an object in the args", () => program(() => ({ kubeconfig: config() }))],
      [
        "a secret object in the args, with another server name",
        () => {
          const object = JSON.parse(changed({ "tls-server-name": "kubernetes" })) as object;
          return program(() => ({ kubeconfig: secret(object) }));
        },
      ],
      [
        "the stack's configuration",
        async () => {
          await configure({
            kubeconfig: suite.cluster.kubeconfig,
            suppressHelmHookWarnings: "true",
          });
          return program();
        },
      ],
      [
        "the stack's configuration with another server name",
        async () => {
          await configure({ kubeconfig: changed({ "tls-server-name": "kubernetes.default" }) });
          return program();
        },
      ],
      [
        "the ambient kubeconfig again",
        async () => {
          await stack.removeAllConfig([
            "kubernetes:kubeconfig",
            "kubernetes:suppressHelmHookWarnings",
          ]);
          return program();
        },
      ],
      ["the args again", () => program(() => ({ kubeconfig: suite.cluster.kubeconfig }))],
    ];

    for (const [name, make] of sources) {
      it(`may be ${name}: no object is touched`, async () => {
        const next = await make();
        for (const command of ["preview", "up"] as const) {
          const { recorder } = await succeed(stack, command, next);
          assert.deepEqual(objectSteps(recorder.steps()), [], command);
          const replaced = recorder.steps().filter(({ op }) => /replace|delete/.test(op));
          const own = replaced.filter(({ name: resource }) => resource.startsWith("flux"));
          assert.deepEqual(own, [], command);
        }
        assert.deepEqual(await uidsNow(), uids);
        await assertSettled(stack, next);
      });
    }

    it("has one provider of its own, with what the source has", async () => {
      await configure({ suppressHelmHookWarnings: "true", clusterIdentifier: "mine" });
      await succeed(stack, "up", program());
      const providers = (await resourcesOf(stack)).filter(
        ({ type }) => type === "pulumi:providers:kubernetes",
      );
      assert.deepEqual(
        providers.map(({ name }) => name),
        ["flux:kubernetes"],
      );
      const inputs = providers[0]?.inputs ?? {};
      const namespace = await suite.cluster.find(identity("v1", "Namespace", "kube-system"));
      assert.equal(inputs["clusterIdentifier"], metadataOf(namespace, "uid"));
      assert.equal(inputs["suppressHelmHookWarnings"], "true");
      assert.equal(inputs["upsertExistingObjects"], "true");
      await stack.removeAllConfig([
        "kubernetes:suppressHelmHookWarnings",
        "kubernetes:clusterIdentifier",
      ]);
    });

    it("never has its credentials in the state", () => {
      const states = stateFiles(suite.project);
      const [user] = config().users;
      const texts = Object.values(user?.user ?? {}).filter((value) => typeof value === "string");
      assert.ok(texts.length > 0);
      for (const text of texts) assert.ok(!states.includes(text));
    });
  });

  describe("beside another cluster, the ambient one", () => {
    let stack: Stack;
    let ambient: FakeApiServer;

    before(async () => {
      ambient = await startFakeApiServer(() => ({ status: 500 }));
      stack = await suite.project.stack("beside", program());
      setAmbient(stack, ambient.kubeconfig);
    });

    after(async () => {
      await ambient.close();
    });

    const objects: readonly (readonly [string, () => PulumiFn])[] = [
      ["an object in the args", () => program(() => ({ kubeconfig: config() }))],
      [
        "an object in a provider",
        () =>
          program(
            undefined,
            passing("k8s", () => ({ kubeconfig: config() })),
          ),
      ],
      [
        "an object in a provider that is known in the update only",
        () =>
          program(
            undefined,
            passing("k8s", () => ({ kubeconfig: knownLater(config()) })),
          ),
      ],
    ];
    for (const [name, make] of objects) {
      it(`is that of ${name}, and the ambient one is never asked`, async () => {
        await succeed(stack, "preview", make());
        await succeed(stack, "up", make());
        const deployment = identity("apps/v1", "Deployment", "source-controller", "flux-system");
        assert.notEqual(await suite.cluster.find(deployment), undefined);
        await succeed(stack, "destroy");
        assert.equal(await suite.cluster.find(deployment), undefined);
        assert.deepEqual(ambient.received, []);
      });
    }

    const unusable: readonly (readonly [string, unknown, RegExp])[] = [
      ["an empty text", "", /kubeconfig: is empty; give its content/],
      ["an Output that comes to nothing", output(undefined), /kubeconfig: is empty; give its/],
      ["a number", 5, /kubeconfig: a number is not a kubeconfig; give its content/],
      ["a list", [{ clusters: [] }], /kubeconfig: a list is not a kubeconfig; give its content/],
    ];
    for (const [name, kubeconfig, words] of unusable) {
      it(`is refused where the args give ${name}, before anything is registered`, async () => {
        for (const command of ["preview", "up"] as const) {
          const refused = await operate(
            stack,
            command,
            program(() => ({ kubeconfig })),
          );
          assert.ok(refused.failed, command);
          assert.match(refused.text, words);
        }
        const left = (await resourcesOf(stack)).filter(({ type }) => !type.startsWith("pulumi:"));
        assert.deepEqual(left, []);
        assert.deepEqual(ambient.received, []);
      });
    }

    it("is refused in the update, where a kubeconfig turns out to be nothing", async () => {
      const make = () => program(() => ({ kubeconfig: knownLater(undefined) }));
      await succeed(stack, "preview", make());
      const refused = await operate(stack, "up", make());
      assert.ok(refused.failed);
      assert.match(refused.text, /kubeconfig: is empty; give its content/);
      assert.deepEqual(ambient.received, []);
    });

    it("is refused where a provider writes to files, or applies on the client", async () => {
      const { folder } = suite.project;
      const settings: readonly (readonly [object, RegExp])[] = [
        [
          { renderYamlToDirectory: join(folder, "out") },
          /providers\.kubernetes\.renderYamlToDirectory: ".*out" writes the objects to files/,
        ],
        [
          { enableServerSideApply: "false", kubeconfig: suite.cluster.kubeconfig },
          /providers\.kubernetes\.enableServerSideApply: "false" switches server-side apply off/,
        ],
      ];
      for (const [args, words] of settings) {
        const refused = await operate(
          stack,
          "up",
          program(
            undefined,
            passing("k8s", () => args),
          ),
        );
        assert.ok(refused.failed);
        assert.match(refused.text, words);
        assert.deepEqual(await childrenOf(stack), []);
      }
      await succeed(stack, "destroy");
    });
  });
});
