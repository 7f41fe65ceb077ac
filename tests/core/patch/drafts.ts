import assert from "node:assert/strict";
import type { Manifest } from "../../../provider/core/manifest";
import {
  applyPatches,
  type Draft,
  type Patch,
  PatchError,
  parsePatchText,
} from "../../../provider/core/patch";

/** A draft from YAML that has not been renamed. */
export function draft(yaml: string): Draft {
  const [document] = parsePatchText(yaml);
  const manifest = document as Manifest;
  const { name, namespace } = manifest.metadata;
  return { manifest, original: { name, ...(namespace !== undefined && { namespace }) } };
}

/** The manifests after patching. */
export function patched(drafts: readonly Draft[], ...patches: readonly Patch[]) {
  return applyPatches(drafts, patches).map(({ manifest }) => manifest);
}

/** The only manifest after patching. */
export function patchedOne(object: Draft, ...patches: readonly Patch[]): Manifest {
  const [manifest, ...others] = patched([object], ...patches);
  assert.ok(manifest !== undefined && others.length === 0);
  return manifest;
}

/** The error that a step throws. */
export function patchErrorOf(step: () => unknown): PatchError {
  try {
    step();
  } catch (error) {
    assert.ok(error instanceof PatchError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

/** A Deployment such as Flux has. */
export const controller = draft(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: source-controller
  labels: {app.kubernetes.io/component: source-controller}
spec:
  replicas: 1
  template:
    metadata:
      labels: {app: source-controller}
    spec:
      containers:
      - name: manager
        image: fluxcd/source-controller:v1.9.4
        args: [--events-addr=, --log-level=info]
        env:
        - name: RUNTIME_NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
        - name: TUF_ROOT
          value: /tmp/.sigstore
        ports:
        - {containerPort: 9090, name: http, protocol: TCP}
        - {containerPort: 8080, name: http-prom, protocol: TCP}
        resources: {limits: {cpu: 1000m, memory: 1Gi}}
        volumeMounts:
        - {mountPath: /data, name: data}
      volumes:
      - {name: data, emptyDir: {}}
      tolerations:
      - {key: a, operator: Exists}
`);
