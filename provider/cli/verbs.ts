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
];
