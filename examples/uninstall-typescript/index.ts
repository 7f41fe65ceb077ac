import * as pulumi from "@pulumi/pulumi";
import { DeletionPolicy, FluxInstance } from "pulumi-flux-instance";

const flux = new FluxInstance("flux", {
  distribution: { version: "2.9.x" },
  deletionPolicy: new pulumi.Config().require<DeletionPolicy>("deletionPolicy"),
});

export const { version } = flux;
