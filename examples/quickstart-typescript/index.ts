import { FluxInstance } from "pulumi-flux-instance";

const flux = new FluxInstance("flux", {
  distribution: { version: "2.9.x" },
  cluster: { size: "small" },
});

export const { version, revision } = flux;
