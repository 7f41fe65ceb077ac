import * as pulumi from "@pulumi/pulumi";
import { FluxInstance } from "pulumi-flux-instance";

const shards = new pulumi.Config().requireObject<string[]>("shards");

const flux = new FluxInstance("flux", {
  distribution: { version: "2.9.x" },
  cluster: { size: "medium" },
  sharding: { shards },
});

export const { version, components } = flux;
