import { join } from "node:path";
import type { Command } from "../processes/process-group";
import type { ToolPaths } from "../provide";

/** The tools of a control plane. */
export const controlPlaneTools = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;

/** The paths of the tools of a control plane. */
export type ControlPlaneTools = ToolPaths<(typeof controlPlaneTools)[number]>;

/** Where one control plane listens and keeps its files. */
export interface Place {
  readonly folder: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiServerPort: number;
}

/** The files in the data folder. */
export const filesIn = (folder: string) => ({
  certificates: join(folder, "certificates"),
  /** kube-apiserver writes its certificate, and the authority that signed it, into this file. */
  authority: join(folder, "certificates", "apiserver.crt"),
  tokens: join(folder, "tokens.csv"),
  serviceAccountKey: join(folder, "service-account.key"),
  serviceAccountPublicKey: join(folder, "service-account.pub"),
  kubeconfig: join(folder, "kubeconfig"),
});

export function etcdCommand(program: string, place: Place, skipsSync: boolean): Command {
  const client = `http://127.0.0.1:${place.etcdPort}`;
  const peer = `http://127.0.0.1:${place.etcdPeerPort}`;
  return {
    name: "etcd",
    program,
    args: [
      `--data-dir=${join(place.folder, "etcd")}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // Since 3.5; the data need not survive the machine.
      ...(skipsSync ? ["--unsafe-no-fsync"] : []),
    ],
  };
}

export function apiServerCommand(program: string, place: Place): Command {
  const files = filesIn(place.folder);
  return {
    name: "kube-apiserver",
    program,
    args: [
      `--etcd-servers=http://127.0.0.1:${place.etcdPort}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${place.apiServerPort}`,
      `--cert-dir=${files.certificates}`,
      `--token-auth-file=${files.tokens}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${files.serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--allow-privileged=true",
      // The endpoint of the Service "kubernetes" may not be a loopback address.
      "--endpoint-reconciler-type=none",
      // The plugin taints new nodes, and the controller that would take the taint off is switched off below.
      "--disable-admission-plugins=TaintNodesByCondition",
      // etcd 3.4 cannot stream lists, and clients that try lose seconds before they fall back.
      "--feature-gates=WatchList=false",
      "--profiling=false",
    ],
  };
}

export function controllerManagerCommand(program: string, place: Place): Command {
  const files = filesIn(place.folder);
  return {
    name: "kube-controller-manager",
    program,
    args: [
      `--kubeconfig=${files.kubeconfig}`,
      "--leader-elect=false",
      "--secure-port=0",
      // It would take the node for lost, as kwok renews no leases, and its pods for not ready.
      "--controllers=*,-node-lifecycle-controller",
      `--root-ca-file=${files.authority}`,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      // Its client is slowed to 20 requests a second by default; one person waits here.
      "--kube-api-qps=300",
      "--kube-api-burst=600",
      "--resource-quota-sync-period=30s",
      "--profiling=false",
    ],
  };
}

export function schedulerCommand(program: string, place: Place): Command {
  return {
    name: "kube-scheduler",
    program,
    args: [
      `--kubeconfig=${filesIn(place.folder).kubeconfig}`,
      "--leader-elect=false",
      "--secure-port=0",
      "--profiling=false",
    ],
  };
}

/** kwok plays the kubelet: its built-in stages make nodes and pods Ready at once. */
export function kwokCommand(program: string, place: Place): Command {
  return {
    name: "kwok",
    program,
    args: [
      `--kubeconfig=${filesIn(place.folder).kubeconfig}`,
      "--manage-all-nodes=true",
      // Without leases: a kwok that was cut off would wait for its own lease to run out.
      "--node-lease-duration-seconds=0",
    ],
  };
}
