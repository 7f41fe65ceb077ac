import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const config = new pulumi.Config();
const clusters = config.requireObject<Record<string, string>>("clusters");

// The names of the instances are kept in the state: keep the names of the clusters.
const installed = Object.entries(clusters).map(([name, version]) => {
  const kubeconfig = config.requireSecret(`kubeconfig-${name}`);
  const flux = new FluxInstance(name, { distribution: { version }, kubeconfig });
  return [name, flux.version] as const;
});

export const versions = Object.fromEntries(installed);
