import type { Component } from "./release";

/** Labels every object of a component carries. */
export function componentLabels(component: Component): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/component": component, "app.kubernetes.io/part-of": "flux" };
}
