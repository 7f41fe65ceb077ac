import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const kubeconfig = new pulumi.Config().requireSecret("kubeconfig");
const cluster = new kubernetes.Provider("cluster", { kubeconfig });

const flux = new FluxInstance(
  "flux",
  { distribution: { version: "2.9.x" } },
  { providers: { kubernetes: cluster } },
);

export const { version } = flux;
