import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const config = new pulumi.Config();
const registry = config.require("registry");
const username = config.require("username");
const password = config.requireSecret("password");

// The nodes pull the images with this login.
const namespace = new kubernetes.core.v1.Namespace("flux-system", {
  metadata: { name: "flux-system" },
});
const login = new kubernetes.core.v1.Secret("regcred", {
  metadata: { name: "regcred", namespace: namespace.metadata.name },
  type: "kubernetes.io/dockerconfigjson",
  stringData: {
    ".dockerconfigjson": pulumi.jsonStringify({ auths: { [registry]: { username, password } } }),
  },
});

const flux = new FluxInstance(
  "flux",
  {
    distribution: {
      version: "2.9.x",
      artifact: `oci://${registry}/flux/manifests`,
      artifactCredentials: { username, password },
      verify: { publicKey: config.require("cosignPublicKey") },
      registry: `${registry}/fluxcd`,
      variant: "upstream-alpine",
      imagePullSecret: "regcred",
    },
  },
  { dependsOn: login },
);

export const { version, artifactDigest, components } = flux;
