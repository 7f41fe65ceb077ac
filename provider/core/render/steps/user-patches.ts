import type { Step } from "../context";
export const userPatches: Step = (drafts) => drafts;
