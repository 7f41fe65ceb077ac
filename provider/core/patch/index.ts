/** User patches: `kustomize.patches` of a FluxInstance, with the behaviour of kustomize. */
export { applyPatch, applyPatches } from "./apply";
export {
  type Draft,
  type Identity,
  identitiesOf,
  type Patch,
  type PatchTarget,
  remembered,
} from "./draft";
export { PatchError, type PatchFailure } from "./error";
export { applyJsonPatch, type Operation, readOperations } from "./json-patch";
export { matchesSelector, parseSelector, type Selector } from "./selector";
export { mergeStrategic } from "./strategic-merge";
export { compileTarget } from "./target";
export { parsePatchText } from "./yaml";
