/** The field manager of every child, the same in every run, so that ownership of fields can be told. */
export const FIELD_MANAGER = "pulumi-flux-instance";

/** The URN of the FluxInstance that an object belongs to. */
export const OWNER_ANNOTATION = "flux-instance.pulumi.com/urn";

/** The versions that a CustomResourceDefinition's stored objects have been migrated to. */
export const STORAGE_ANNOTATION = "flux-instance.pulumi.com/storage";
