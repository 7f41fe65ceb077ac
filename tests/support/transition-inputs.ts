import type { JsonObject } from "../../provider/core/manifest";

export const URN = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux";
/** The URN of a component in another stack. */
export const OTHER_URN = "urn:pulumi:dev::fleet::flux-instance:index:FluxInstance::flux";
/** The id of an instance. */
export const OWNER = "0123456789abcdef";

/** The inputs of Transition for a small instance, without a cluster. */
export const transitionInputs = (more: JsonObject = {}): JsonObject => ({
  version: "v2.9.4",
  namespace: "flux-system",
  components: ["source-controller", "notification-controller"],
  wanted: ["source-controller", "notification-controller"],
  objects: [],
  definitions: [],
  deletionPolicy: "Uninstall",
  adopt: false,
  owner: OWNER,
  identity: "a-token",
  instance: URN,
  manager: "pulumi-flux-instance",
  moveTo: "",
  takeOver: "",
  ...more,
});
