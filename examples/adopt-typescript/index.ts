import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const config = new pulumi.Config();

const flux = new FluxInstance("flux", {
  distribution: { version: config.require("version") },
  adopt: config.requireBoolean("adopt"),
  kubeconfig: config.requireSecret("kubeconfig"),
});

export const { version } = flux;
