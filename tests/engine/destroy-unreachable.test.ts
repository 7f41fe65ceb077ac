import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { Deployment, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { KubernetesProvider } from "../support/cluster-provider";
import { useCluster } from "../support/cluster-suite";
import { FluxInstance } from "../support/flux-instance";
import { operate, resourcesOf, succeed, type Operation } from "../support/operation";

const VARIABLE = "PULUMI_K8S_DELETE_UNREACHABLE";
/** Five times what the requests for a cluster that is away may take together, in milliseconds. */
const HANG = 150_000;

describe("a destroy whose cluster can't be reached", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let kubeconfig = "";

  const program =
    (deleteUnreachable: boolean, options: () => ComponentResourceOptions = () => ({})): PulumiFn =>
    () => {
      const lenient = deleteUnreachable ? { deleteUnreachable: "true" } : {};
      const k8s = new KubernetesProvider("k8s", { kubeconfig, ...lenient });
      const args = { distribution: { version: "2.9.x" }, components: ["source-controller"] };
      new FluxInstance("flux", args, { providers: [k8s], ...options() });
      return Promise.resolve({});
    };

  /** The stack knows the file; who is in it changes. */
  const become = (content: string): void => {
    writeFileSync(kubeconfig, content, { mode: 0o600 });
  };

  /** Destroys without the cluster, from a state that is put back afterwards. */
  async function destroys(): Promise<Operation> {
    const state: Deployment = await stack.exportStack();
    become(suite.cluster.kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"));
    const start = Date.now();
    const operation = await operate(stack, "destroy");
    become(suite.cluster.kubeconfig);
    assert.ok(Date.now() - start < HANG);
    if (!operation.failed) assert.deepEqual(await resourcesOf(stack), []);
    await stack.importStack(state);
    return operation;
  }

  async function assertDropped(): Promise<void> {
    const { failed, text } = await destroys();
    assert.ok(!failed, text);
  }

  before(async () => {
    kubeconfig = join(suite.project.folder, "kubeconfig");
    become(suite.cluster.kubeconfig);
    stack = await suite.project.stack("unreachable", program(false));
    await succeed(stack, "up", program(false));
  });

  it("tells how to go on", async () => {
    const { failed, recorder } = await destroys();
    assert.ok(failed);
    assert.match(recorder.messages("error").join("\n"), new RegExp(VARIABLE));
  });

  it("is told the same by a gate", async () => {
    const deployment = (await resourcesOf(stack)).find(({ type }) => type.endsWith(":Deployment"));
    const target = [deployment?.urn ?? ""];
    await succeed(stack, "destroy", undefined, { target, targetDependents: true });
    const { failed, recorder } = await destroys();
    assert.ok(failed);
    const errors = recorder.messages("error").join("\n");
    assert.match(errors, new RegExp(`${VARIABLE}=true, or .deleteUnreachable. on the Kubernetes`));
    await succeed(stack, "up", program(false));
  });

  it("drops everything when the variable is set", async () => {
    const { envVars } = stack.workspace;
    envVars[VARIABLE] = "true";
    await assertDropped();
    Reflect.deleteProperty(envVars, VARIABLE);
  });

  it("drops everything when the provider has `deleteUnreachable`", async () => {
    const { recorder } = await succeed(stack, "up", program(true));
    assert.deepEqual(
      recorder.steps().filter(({ type }) => type !== "pulumi:providers:kubernetes"),
      [],
    );
    await assertDropped();
    await succeed(stack, "up", program(false));
  });

  it("asks nothing of the cluster when the instance is `deletedWith` it", async () => {
    const withCluster = program(false, () => ({
      deletedWith: new ComponentResource("test:index:Cluster", "cluster"),
    }));
    await succeed(stack, "up", withCluster);
    await assertDropped();
  });

  it("is complete when the cluster is back", async () => {
    await succeed(stack, "up", program(false));
    await succeed(stack, "destroy");
    const kind = "CustomResourceDefinition";
    assert.deepEqual(await suite.cluster.list("apiextensions.k8s.io/v1", kind), []);
  });
});
