import assert from "node:assert/strict";
import { ID_ANNOTATION } from "../../provider/core/lifecycle/marks";
import type { Manifest } from "../../provider/core/manifest";
import { connect, type Cluster } from "../../provider/io/cluster/cluster";
import { DEPLOYMENTS } from "../../provider/io/cluster/types";
import { startCluster, type Cluster as TestCluster } from "../support/cluster";
import {
  applyAs,
  installAs,
  readAll,
  removeDefinitions,
  renderFlux,
} from "../support/flux-installations";
import { createOperator, INSTANCES } from "../support/flux-operator";
import { cli } from "./in-process";

describe("import", () => {
  it("tells its options", async () => {
    const { code, stdout } = await cli(["import", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /flux-instance import \[--to typescript\|python\|go\|yaml\]/);
  });

  it("refuses what it can't do", async () => {
    const unknown = await cli(["import", "--to", "rust"]);
    assert.deepEqual({ code: unknown.code, stdout: unknown.stdout }, { code: 2, stdout: "" });
    assert.match(unknown.stderr, /^--to must be one of typescript, python, go, yaml/);
    const absent = await cli(["import", "--kubeconfig", "/absent"]);
    assert.deepEqual({ code: absent.code, stdout: absent.stdout }, { code: 1, stdout: "" });
    assert.match(absent.stderr, /neither a kubeconfig/);
  });
});

describe("import from a cluster", function () {
  this.timeout(180_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let manifests: readonly Manifest[];

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    manifests = await renderFlux("flux-system");
  });
  after(() => real?.stop());

  const run = (...args: string[]) =>
    cli(["import", ...args], "", { surroundings: { kubeconfigs: [real!.kubeconfigFile] } });

  const refused = async (reason: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, reason);
  };

  /** The lines of a program that are no comment. */
  const codeOf = (program: string) =>
    program
      .split("\n")
      .filter((line) => line !== "" && !/^(?:#|\/\/)/.test(line))
      .join("\n");

  it("says where no Flux is", async () => {
    await refused(/^there is no Deployment of Flux in this cluster; check --context/);
    await refused(/^there is no Deployment of Flux in namespace gitops/, "--namespace", "gitops");
  });

  it("prints the program for a bootstrapped Flux, and changes nothing", async () => {
    await installAs("flux bootstrap", cluster, manifests);
    const before = await readAll(cluster, manifests);
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0);
    assert.equal(
      codeOf(stdout),
      `name: flux
runtime: yaml
resources:
  flux:
    type: flux-instance:FluxInstance
    properties:
      distribution:
        version: "2.9.4"
      sync:
        kind: GitRepository
        url: https://example.com/fleet.git
        ref: refs/heads/main
        path: clusters/one
        interval: "1m0s"
      adopt: true`,
    );
    assert.match(
      stdout,
      /^# Printed by flux-instance import from the Flux in namespace flux-system/,
    );
    assert.match(stdout, /^# The Kustomization flux-system\/flux-system has applied this Flux/m);
    assert.doesNotMatch(stdout, /upsertExistingObjects/);
    const manager = "spec.template.spec.containers[manager]";
    assert.equal(
      stderr,
      "The first `pulumi up` changes:\n" +
        `  ~ Deployment/flux-system/kustomize-controller: ${manager}.args[--old-flag], ${manager}.env[OLD_ENV] (its pods restart)\n` +
        "  ~ GitRepository/flux-system/flux-system: spec.ref.branch, spec.timeout\n" +
        "  ~ labels and annotations of 33 objects\n",
    );
    assert.deepEqual(await readAll(cluster, manifests), before);
  });

  it("prints it in each language, with the connection that was given", async () => {
    const kubeconfig = real!.kubeconfigFile;
    for (const language of ["typescript", "python", "go"]) {
      const { code, stdout } = await run("--to", language, "--kubeconfig", kubeconfig);
      assert.equal(code, 0);
      assert.ok(codeOf(stdout).includes(JSON.stringify(kubeconfig)), language);
      assert.match(codeOf(stdout), /refs\/heads\/main/);
      assert.doesNotMatch(stdout, /upsertExistingObjects/);
    }
  });

  it("takes the spec of a FluxInstance as it is, and tells how to hand over", async () => {
    const spec = { distribution: { version: "2.9.x", registry: "ghcr.io/fluxcd" } };
    await createOperator(cluster, "flux-system", spec);
    const { code, stdout } = await run();
    assert.equal(code, 0);
    assert.match(stdout, /^# Flux Operator reconciles the FluxInstance flux-system\/flux/m);
    assert.match(codeOf(stdout), /properties:\n {6}namespace: flux-system\n {6}distribution:/);
    assert.match(codeOf(stdout), /version: "?2\.9\.x"?\n/);
    assert.doesNotMatch(codeOf(stdout), /sync:/);
    await cluster.delete(INSTANCES, { namespace: "flux-system", name: "flux" });
  });

  it("names what stays, and a patch release that it does not have", async () => {
    const [deployment] = manifests.filter(({ kind }) => kind === "Deployment");
    const labels = {
      ...deployment!.metadata.labels,
      "app.kubernetes.io/part-of": "flux",
      "app.kubernetes.io/version": "v2.9.1",
    };
    const others = manifests
      .filter(({ kind }) => kind === "Deployment")
      .map(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, labels } }));
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "leftover", namespace: "flux-system", labels },
    };
    await applyAs("flux", cluster, [...others, account] as readonly Manifest[]);
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0);
    assert.match(codeOf(stdout), /version: "?2\.9\.x"?\n/);
    assert.match(stderr, /^warning: Flux 2\.9\.1 runs, and the distribution has v2\.9\.4 of it/m);
    assert.match(
      stderr,
      /^Not part of the instance.*\n {2}ServiceAccount\/flux-system\/leftover$/m,
    );
  });

  it("refuses to choose between two, and one that is an instance's", async () => {
    await removeDefinitions(cluster);
    const others = await renderFlux("flux-two");
    await installAs("helm install", cluster, others);
    await refused(/Flux is in the namespaces flux-system, flux-two; choose one by --namespace/);
    const two = await run("--namespace", "flux-two");
    assert.match(two.stdout, /^# Helm made this Flux as release flux2\./m);
    const value = { metadata: { annotations: { [ID_ANNOTATION]: "0123456789abcdef" } } };
    const name = { namespace: "flux-two", name: "source-controller" };
    await cluster.patch(DEPLOYMENTS, name, { type: "merge", value });
    await refused(
      /belongs to a FluxInstance already, with the id 0123456789abcdef/,
      "--namespace",
      "flux-two",
    );
  });
});
