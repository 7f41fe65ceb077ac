import { withManager, withObject, withPodSpec, without } from "../../deployment";
import type { Manifest } from "../../manifest";
import type { Step } from "../context";
import { mapControllers, mapKind } from "../draft";

/** OpenShift's security context constraints set user, group and seccomp profile themselves. */
export const openshift: Step = (drafts, { spec }) => {
  if (spec.cluster.type !== "openshift") return drafts;
  return mapKind(mapControllers(drafts, unconstrained), "Namespace", withoutPodSecurity);
};

function unconstrained(deployment: Manifest): Manifest {
  const anyGroup = withPodSpec(deployment, (podSpec) => without(podSpec, "securityContext"));
  return withManager(anyGroup, (container) =>
    withObject(container, "securityContext", (security) =>
      without(security, "seccompProfile", "runAsNonRoot"),
    ),
  );
}

function withoutPodSecurity(namespace: Manifest): Manifest {
  return withObject(namespace, "metadata", (metadata) =>
    withObject(metadata, "labels", (labels) =>
      without(labels, "pod-security.kubernetes.io/warn", "pod-security.kubernetes.io/warn-version"),
    ),
  );
}
