import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  activeCluster,
  kubeconfigText,
  readCluster,
} from "../support/kubernetes-plugin/kubeconfig";

const current = { context: "", cluster: "" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const kubeconfig = `
current-context: one
contexts:
- {name: one, context: {cluster: c1, user: u1, namespace: team}}
- {name: two, context: {cluster: c2, user: u2}}
- {name: lost, context: {cluster: absent, user: u1}}
clusters:
- {name: c1, cluster: {server: "https://one:6443/", certificate-authority-data: ${base64("CA")}}}
- {name: c2, cluster: {server: "http://two", insecure-skip-tls-verify: true, tls-server-name: kube}}
users:
- {name: u1, user: {client-certificate-data: ${base64("CERT")}, client-key: key.pem}}
- {name: u2, user: {token: secret-token}}
`;

describe("kubernetes-plugin kubeconfig", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    writeFileSync(join(folder, "key.pem"), "KEY");
    writeFileSync(join(folder, "config"), kubeconfig);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("reads the current context, with data and with files beside it", () => {
    assert.deepEqual(readCluster(kubeconfig, folder, current), {
      server: "https://one:6443",
      namespace: "team",
      insecure: false,
      authority: Buffer.from("CA"),
      certificate: Buffer.from("CERT"),
      key: Buffer.from("KEY"),
    });
  });

  it("reads the context that is asked for", () => {
    assert.deepEqual(readCluster(kubeconfig, folder, { context: "two", cluster: "" }), {
      server: "http://two",
      namespace: "default",
      insecure: true,
      token: "secret-token",
      serverName: "kube",
    });
  });

  it("takes another cluster of the same file", () => {
    const { server } = readCluster(kubeconfig, folder, { context: "one", cluster: "c2" });
    assert.equal(server, "http://two");
  });

  it("names what is missing", () => {
    const read = (context: string) => () =>
      readCluster(kubeconfig, folder, { context, cluster: "" });
    assert.throws(read("three"), /no context named "three"/);
    assert.throws(read("lost"), /no cluster named "absent"/);
    assert.throws(() => readCluster("just text", folder, current), /not a YAML mapping/);
  });

  it("takes content, a path, or the first file that KUBECONFIG names", () => {
    const path = join(folder, "config");
    assert.deepEqual(kubeconfigText(kubeconfig, {}), { text: kubeconfig, folder: "." });
    assert.deepEqual(kubeconfigText(path, {}), { text: kubeconfig, folder });
    const ambient = kubeconfigText("", { KUBECONFIG: `${folder}/absent:${path}` });
    assert.deepEqual(ambient, { text: kubeconfig, folder });
  });

  it("finds the active cluster for comparison, or none", () => {
    const two = activeCluster(kubeconfig, { context: "two", cluster: "" });
    assert.equal(two?.["server"], "http://two");
    assert.equal(activeCluster("{", current), undefined);
  });
});
