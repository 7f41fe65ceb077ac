import assert from "node:assert/strict";
import { printPlan } from "../../tools/sources/plan";
import { toolOf } from "../../tools/sources/tools";

const linux = { os: "linux", arch: "amd64" };
const mac = { os: "darwin", arch: "arm64" };

describe("the plan of a command", () => {
  it("says what is there, what is missing, and how long each way takes", () => {
    const plan = printPlan(
      [
        { tool: toolOf("pulumi"), location: { path: "/usr/local/bin/pulumi" } },
        { tool: toolOf("etcd"), location: {} },
      ],
      linux,
    );
    assert.deepEqual(plan, [
      "Tools for this command:",
      "  pulumi 3.259.0  present: /usr/local/bin/pulumi",
      "  etcd 3.6.6      missing: download from github.com, else Debian package etcd-server, " +
        "else build with Go (about 1 minute)",
    ]);
  });

  it("names the program on PATH that will not do", () => {
    const rejected = "/bin/kube-apiserver is 1.30.0, needed is ~1.35.0";
    const plan = printPlan([{ tool: toolOf("kube-apiserver"), location: { rejected } }], linux);
    assert.equal(
      plan[1],
      "  kube-apiserver 1.35.4  missing: download from dl.k8s.io, else build with Go " +
        `(about 6 minutes) [${rejected}]`,
    );
  });

  it("offers no way that the platform does not have", () => {
    const plan = printPlan(
      [
        { tool: toolOf("kube-scheduler"), location: {} },
        { tool: toolOf("registry"), location: {} },
      ],
      mac,
    );
    assert.deepEqual(plan.slice(1), [
      "  kube-scheduler 1.35.4  missing: build with Go (about 1 minute)",
      "  docker-registry 3.0.0  missing: build with Go (about 1 minute)",
    ]);
  });
});
