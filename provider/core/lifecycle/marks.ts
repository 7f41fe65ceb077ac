/** The field manager of every child, the same in every run, so that ownership of fields can be told. */
export const FIELD_MANAGER = "pulumi-flux-instance";

/** The id of the FluxInstance that an object belongs to. The id alone decides whose the object is. */
export const ID_ANNOTATION = "flux-instance.pulumi.com/id";

/** Whether a text can be an id. Messages print ids in commands, and anybody who may write to the cluster can change them. */
export function isId(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

/** The versions that a CustomResourceDefinition's stored objects have been migrated to. */
export const STORAGE_ANNOTATION = "flux-instance.pulumi.com/storage";

/** The class and size that a volume claim was made with. */
export const VOLUME_ANNOTATION = "flux-instance.pulumi.com/volume";
