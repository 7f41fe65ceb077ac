import assert from "node:assert/strict";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { isSecret, isUnknown, output, secret, unknown, type Input } from "@pulumi/pulumi/output";
import { InvalidInput } from "../../provider/core/problem";
import { clusterSource, type ClusterSource } from "../../provider/resources/cluster-source";
import { unknownOutput } from "../../provider/resources/opaque";
import { PassedProvider } from "../../provider/resources/passed-provider";
import { isKnown, promised } from "../../provider/resources/promised";
import { KubernetesProvider } from "../support/cluster-provider";
import { withMockedEngine } from "../support/mocked-engine";

type Inputs = Readonly<Record<string, Input<unknown>>>;

/** An Output, as the SDK keeps what it depends on. */
interface Depending {
  allResources(): Promise<ReadonlySet<unknown>>;
}

/** The values of inputs, with a mark for what is secret or not known. */
async function plain(inputs: Inputs): Promise<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(inputs).map(async ([name, input]) => {
    const value = output(input);
    const text = (await isKnown(value)) ? await promised(value) : "unknown";
    return [name, (await isSecret(value)) ? { secret: text } : text] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const both = async ({ configuration, connection }: ClusterSource) => ({
  configuration: await plain(configuration),
  connection: await plain({ ...connection }),
});

/** The options of a component to which a provider is passed, as the host hands it over. */
async function passing(args: Inputs): Promise<ComponentResourceOptions> {
  const provider = new KubernetesProvider("own", args);
  const urn = await promised(provider.urn);
  return { providers: { kubernetes: new PassedProvider("own", urn) } };
}

const refusedWith =
  (...words: readonly RegExp[]) =>
  (error: unknown) => {
    assert.ok(error instanceof InvalidInput, String(error));
    for (const word of words) assert.match(error.message, word);
    assert.ok(!error.message.includes("t0ken"), error.message);
    return true;
  };

const CONFIG = { clusters: [{ name: "c", cluster: { server: "https://one" } }], users: [] };
const TEXT = JSON.stringify(CONFIG);

describe("the cluster of an instance", () => {
  describe("by the args", () => {
    const origin = "the kubeconfig in the args";

    it("is what they name, a secret in any case", async () => {
      const source = await clusterSource({ kubeconfig: TEXT, context: output("admin") }, {});
      const kubeconfig = { secret: TEXT };
      assert.deepEqual(await both(source), {
        configuration: { kubeconfig, context: "admin" },
        connection: { kubeconfig, context: "admin", kubeconfigOrigin: origin },
      });
      assert.deepEqual(source.known, { kubeconfig: TEXT, context: "admin", origin });
    });

    it("has the ambient kubeconfig where they name a context alone", async () => {
      const source = await clusterSource({ context: "admin" }, {});
      const context = { context: "admin" };
      assert.deepEqual(await both(source), { configuration: context, connection: context });
      assert.deepEqual(source.known, context);
    });

    it("takes an object for its JSON, also with secrets in it", async () => {
      const nested = { ...CONFIG, users: output([secret({ token: "t0ken" })]) };
      for (const object of [nested, output(nested), secret(nested)]) {
        const source = await clusterSource({ kubeconfig: object }, {});
        const expected = JSON.stringify({ ...CONFIG, users: [{ token: "t0ken" }] });
        const { configuration, connection } = await both(source);
        assert.deepEqual(configuration, { kubeconfig: { secret: expected } });
        assert.deepEqual(connection["kubeconfig"], { secret: expected });
        assert.equal(source.known?.kubeconfig, expected);
      }
    });

    it("is not known while something in the kubeconfig or the context is not", async () => {
      await withMockedEngine({ preview: true }, async () => {
        const kubeconfigs = [
          unknownOutput(),
          output({ clusters: unknown }),
          { a: unknownOutput() },
        ];
        for (const kubeconfig of kubeconfigs) {
          const source = await clusterSource({ kubeconfig }, {});
          const { configuration, connection } = await both(source);
          assert.deepEqual(configuration, { kubeconfig: { secret: "unknown" } });
          assert.deepEqual(connection["kubeconfig"], { secret: "unknown" });
          assert.equal(connection["kubeconfigOrigin"], origin);
          assert.equal(source.known, undefined);
        }
        const source = await clusterSource({ kubeconfig: TEXT, context: unknownOutput() }, {});
        assert.equal(source.known, undefined);
      });
    });

    const unusable: readonly (readonly [string, Inputs, RegExp])[] = [
      ["an empty kubeconfig", { kubeconfig: "" }, /\nkubeconfig: is empty; give its content/],
      ["one that came to nothing", { kubeconfig: output(undefined) }, /\nkubeconfig: is empty;/],
      ["one that came to null", { kubeconfig: secret(null) }, /\nkubeconfig: is empty;/],
      ["a number", { kubeconfig: 5 }, /\nkubeconfig: a number is not a kubeconfig; give/],
      ["a switch", { kubeconfig: secret(true) }, /\nkubeconfig: a boolean is not a kubeconfig/],
      ["a list", { kubeconfig: ["t0ken"] }, /\nkubeconfig: a list is not a kubeconfig/],
      ["an empty context", { context: "" }, /\ncontext: is empty; give the name of a context/],
      ["a context that came to nothing", { context: output(null) }, /\ncontext: is empty;/],
      ["a context of another type", { context: 5 }, /\ncontext: 5 is not the name of a context; g/],
      ["a secret as context", { context: secret(["t0ken"]) }, /\ncontext: its value is not the n/],
    ];
    for (const [what, args, words] of unusable) {
      it(`refuses ${what}, and never takes the ambient cluster`, async () => {
        await assert.rejects(
          clusterSource(args, {}),
          refusedWith(/^The FluxInstance can't/, words),
        );
      });
    }

    it("names everything that is wrong at once", async () => {
      const all = clusterSource({ kubeconfig: "", context: "" }, {});
      await assert.rejects(all, refusedWith(/\nkubeconfig: /, /\ncontext: /));
    });

    it("takes what is absent or null for not given", async () => {
      const source = await clusterSource({ kubeconfig: undefined, context: null }, {});
      assert.deepEqual(await both(source), { configuration: {}, connection: {} });
      assert.deepEqual(source.known, {});
    });
  });

  describe("by the stack's configuration", () => {
    it("has all of it, and says where the kubeconfig is from", async () => {
      const config = {
        "kubernetes:kubeconfig": TEXT,
        "kubernetes:context": "admin",
        "kubernetes:cluster": "c",
        "kubernetes:clusterIdentifier": "mine",
        "kubernetes:deleteUnreachable": "true",
        "kubernetes:kubeClientSettings": '{"qps":5}',
        "kubernetes:pluginDownloadURL": "https://mirror.example",
        "other:context": "none",
      };
      const secretKeys = ["kubernetes:kubeClientSettings"];
      await withMockedEngine({ config, secretKeys }, async () => {
        const source = await clusterSource({}, {});
        const kubeconfig = { secret: TEXT };
        const origin = "the kubeconfig in the stack's configuration";
        assert.deepEqual(await both(source), {
          configuration: {
            kubeconfig,
            context: "admin",
            cluster: "c",
            deleteUnreachable: "true",
            kubeClientSettings: { secret: '{"qps":5}' },
          },
          connection: {
            kubeconfig,
            context: "admin",
            kubeconfigCluster: "c",
            kubeconfigOrigin: origin,
            deleteUnreachable: true,
          },
        });
        const known = { kubeconfig: TEXT, context: "admin", cluster: "c", origin };
        assert.deepEqual(source.known, known);
      });
    });

    it("is the ambient one where there is none, and no message claims another origin", async () => {
      await withMockedEngine({ config: { "kubernetes:context": "admin" } }, async () => {
        const source = await clusterSource({}, {});
        assert.deepEqual(await both(source), {
          configuration: { context: "admin" },
          connection: { context: "admin" },
        });
      });
    });

    it("is not mixed with the args", async () => {
      const config = { "kubernetes:kubeconfig": "other", "kubernetes:namespace": "other" };
      await withMockedEngine({ config }, async () => {
        const source = await clusterSource({ kubeconfig: TEXT }, {});
        assert.deepEqual(await plain(source.configuration), { kubeconfig: { secret: TEXT } });
      });
    });

    const unusable: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [
        { renderYamlToDirectory: "out" },
        /\nkubernetes:renderYamlToDirectory: "out" writes .*; run `pulumi config rm kubernetes:renderY/,
      ],
      [{ enableServerSideApply: "false" }, /\nkubernetes:enableServerSideApply: "false" switches/],
      [{ alwaysRender: "true" }, /\nkubernetes:alwaysRender: "true" is for objects in files only;/],
      [{ kubeconfig: "" }, /\nkubernetes:kubeconfig: is empty;/],
      [{ strictMode: "true", kubeconfig: TEXT }, /\nkubernetes:context: is missing, and `strictM/],
    ];
    for (const [settings, words] of unusable) {
      it(`refuses ${JSON.stringify(settings)}`, async () => {
        const entries = Object.entries(settings).map(([key, text]) => [`kubernetes:${key}`, text]);
        const config = Object.fromEntries(entries) as Readonly<Record<string, string>>;
        await withMockedEngine({ config }, async () => {
          await assert.rejects(
            clusterSource({}, {}),
            refusedWith(/^The Kubernetes configuration of the stack can't be used for a Fl/, words),
          );
        });
      });
    }

    it("may be strict: the args need a context too then, and switches that are off count", async () => {
      const config = {
        "kubernetes:strictMode": "true",
        "kubernetes:alwaysRender": "false",
        "kubernetes:renderYamlToDirectory": "out",
      };
      await withMockedEngine({ config }, async () => {
        await assert.rejects(
          clusterSource({ kubeconfig: TEXT }, {}),
          refusedWith(/\ncontext: is missing, and `strictMode`/),
        );
        const source = await clusterSource({ kubeconfig: TEXT, context: "admin" }, {});
        assert.equal(source.known?.context, "admin");
      });
    });
  });

  describe("by a provider that is passed", () => {
    it("has all its properties but its cluster's identifier, and depends on it", async () => {
      await withMockedEngine({ config: { "kubernetes:namespace": "other" } }, async () => {
        const options = await passing({
          kubeconfig: secret(TEXT),
          context: "admin",
          clusterIdentifier: "mine",
          deleteUnreachable: "true",
          enablePatchForce: "true",
          helmReleaseSettings: '{"driver":"secret"}',
          kubeClientSettings: secret('{"qps":5}'),
          namespace: "somewhere",
        });
        const source = await clusterSource({ kubeconfig: "ignored" }, options);
        const kubeconfig = { secret: TEXT };
        const origin = "the kubeconfig of the Kubernetes provider";
        assert.deepEqual(await both(source), {
          configuration: {
            kubeconfig,
            context: "admin",
            deleteUnreachable: "true",
            enablePatchForce: "true",
            helmReleaseSettings: '{"driver":"secret"}',
            kubeClientSettings: { secret: '{"qps":5}' },
            namespace: "somewhere",
          },
          connection: {
            kubeconfig,
            context: "admin",
            kubeconfigOrigin: origin,
            deleteUnreachable: true,
          },
        });
        assert.deepEqual(source.known, { kubeconfig: TEXT, context: "admin", origin });
        const depending = await (source.configuration["context"] as Depending).allResources();
        const passed = (options.providers as Record<string, unknown>)["kubernetes"];
        assert.ok(depending.has(passed));
      });
    });

    it("may have an object as kubeconfig, with secrets and with what is not known yet", async () => {
      await withMockedEngine({ preview: true }, async () => {
        const known = await clusterSource({}, await passing({ kubeconfig: secret(CONFIG) }));
        const text = known.known?.kubeconfig ?? "";
        assert.deepEqual(JSON.parse(text), CONFIG);
        assert.deepEqual(await plain(known.configuration), { kubeconfig: { secret: text } });
        const server = { clusters: [{ cluster: { server: unknownOutput() } }] };
        const later = await clusterSource({}, await passing({ kubeconfig: server }));
        assert.equal(later.known, undefined);
        assert.deepEqual(await plain(later.configuration), { kubeconfig: { secret: "unknown" } });
      });
    });

    it("may name none, in a preview too: then it is the ambient one", async () => {
      for (const preview of [true, false]) {
        await withMockedEngine({ preview }, async () => {
          const source = await clusterSource({}, await passing({}));
          assert.deepEqual(await both(source), { configuration: {}, connection: {} });
          assert.deepEqual(source.known, {});
        });
      }
    });

    const unusable: readonly (readonly [Inputs, RegExp])[] = [
      [
        { renderYamlToDirectory: "out" },
        /\nproviders\.kubernetes\.renderYamlToDirectory: "out" writes .*; pass a Kubernetes prov/,
      ],
      [{ enableServerSideApply: "false" }, /kubernetes\.enableServerSideApply: "false" switches s/],
      [{ alwaysRender: "true" }, /\nproviders\.kubernetes\.alwaysRender: "true" is for obj/],
      [{ kubeconfig: "" }, /\nproviders\.kubernetes\.kubeconfig: is empty;/],
      [{ kubeconfig: ["t0ken"] }, /\nproviders\.kubernetes\.kubeconfig: a list is not a kub/],
    ];
    for (const [args, words] of unusable) {
      it(`refuses ${Object.keys(args).join()} ${JSON.stringify(Object.values(args))}`, async () => {
        await withMockedEngine({}, async () => {
          const options = await passing(args);
          await assert.rejects(
            clusterSource({}, options),
            refusedWith(/^The Kubernetes provider in `providers` can't be used for a Flu/, words),
          );
        });
      });
    }

    it("judges nothing that is not known yet", async () => {
      await withMockedEngine({ preview: true }, async () => {
        const args = { renderYamlToDirectory: unknownOutput(), kubeconfig: unknownOutput() };
        const { configuration } = await clusterSource({}, await passing(args));
        assert.equal((await plain(configuration))["renderYamlToDirectory"], "unknown");
        assert.ok(!isUnknown(configuration["kubeconfig"]));
      });
    });

    it("is never the ambient one where the provider can't be read", async () => {
      // As the host hands over one that is not known to it.
      const providers = { kubernetes: {} } as unknown as Record<string, never>;
      await assert.rejects(clusterSource({}, { providers }), /can't be read/);
    });
  });
});
