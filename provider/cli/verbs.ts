import { render } from "./render";
import type { Verb } from "./verb";

/** Everything the program can do; `render` is here at once, because the first `import()` of a process takes 10 ms. */
export const VERBS: readonly Verb[] = [
  {
    name: "render",
    summary: "Print the Kubernetes objects of a FluxInstance manifest",
    load: () => Promise.resolve(render),
  },
  {
    name: "convert",
    summary: "Print the Pulumi program that makes the same of a FluxInstance manifest",
    load: async () => (await import("./convert/index.js")).convert,
  },
  {
    name: "images",
    summary: "Print the images that a FluxInstance manifest runs, to mirror or scan them",
    load: async () => (await import("./images.js")).images,
  },
  {
    name: "versions",
    summary: "Print the Flux versions of a distribution",
    load: async () => (await import("./versions.js")).versions,
  },
  {
    name: "mirror",
    summary: "Copy a distribution artifact with its signatures to another registry",
    load: async () => (await import("./mirror.js")).mirror,
  },
  {
    name: "import",
    summary: "Print the Pulumi program that takes over the Flux of a cluster",
    load: async () => (await import("./import.js")).importFlux,
  },
  {
    name: "uninstall",
    summary: "Remove Flux from a cluster without Pulumi, and leave what it has deployed",
    load: async () => (await import("./uninstall.js")).uninstall,
  },
];
