import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const config = new pulumi.Config();

const namespace = new kubernetes.core.v1.Namespace("flux-system", {
  metadata: { name: "flux-system" },
});
const login = new kubernetes.core.v1.Secret("fleet-login", {
  metadata: { name: "fleet-login", namespace: namespace.metadata.name },
  stringData: config.requireSecretObject<Record<string, string>>("login"),
});

const flux = new FluxInstance(
  "flux",
  {
    distribution: { version: "2.9.x" },
    sync: {
      kind: "GitRepository",
      url: config.require("url"),
      ref: `refs/heads/${config.require("branch")}`,
      path: config.require("path"),
      pullSecret: "fleet-login",
    },
  },
  { dependsOn: login },
);

// Known when Flux has synced the repository: what uses it waits for that.
export const { ready, version } = flux;
