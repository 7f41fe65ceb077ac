import { useCluster } from "../support/cluster-suite";
import { instance, operate, resourcesOf } from "../support/operation";
import { WITNESSED } from "../support/witness";

describe("smoke", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  it("goes", async () => {
    const program = instance(() => ({ ...WITNESSED, kubeconfig: suite.cluster.kubeconfig }));
    const stack = await suite.project.stack("smoke", program);
    for (const command of ["preview", "up", "preview", "up", "destroy"] as const) {
      const t = Date.now();
      const { text, failed, recorder } = await operate(stack, command, program);
      console.log("=====", command, failed, Date.now() - t, failed ? text : text.slice(0, 3000));
      console.log(
        recorder
          .steps()
          .map((s) => `${s.op} ${s.type} ${s.name} ${s.diffs.join(",")}`)
          .join("\n")
          .slice(0, 4000),
      );
    }
    console.log((await resourcesOf(stack)).length);
  });
});
