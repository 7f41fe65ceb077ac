import { release as flux28 } from "./flux-2.8";
import { release as flux29 } from "./flux-2.9";
import type { Release } from "./release";

/** The releases kept in `distribution/`, newest first. */
export const releases: readonly Release[] = [flux29, flux28];
