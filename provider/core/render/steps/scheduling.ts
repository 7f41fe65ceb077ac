import { objectAt, withPodSpec } from "../../deployment";
import type { Step } from "../context";
import { mapControllers } from "../draft";

/** Controllers run on Linux nodes, and pull with the given Secret. */
export const scheduling: Step = (drafts, { spec }) => {
  const secret = spec.distribution.imagePullSecret;
  return mapControllers(drafts, (deployment) =>
    withPodSpec(deployment, (podSpec) => ({
      ...podSpec,
      nodeSelector: { ...objectAt(podSpec, "nodeSelector"), "kubernetes.io/os": "linux" },
      ...(secret ? { imagePullSecrets: [{ name: secret }] } : {}),
    })),
  );
};
