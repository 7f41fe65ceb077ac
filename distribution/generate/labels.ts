import type { Component } from "../../provider/core/spec/spec";

/** Labels every object of a component carries. */
export function componentLabels(component: Component): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/component": component, "app.kubernetes.io/part-of": "flux" };
}
