import assert from "node:assert/strict";
import { startCluster, type Cluster } from "./cluster";
import type { Project } from "./engine";
import { requireProject } from "./project";

/** What a suite works with, from its first test to its last. */
export interface Suite {
  readonly cluster: Cluster;
  readonly project: Project;
}

/** Gives the surrounding `describe` a cluster and a Pulumi project of its own. */
export function useCluster(): Suite {
  let cluster: Cluster | undefined;
  let project: Project | undefined;

  before(async function () {
    cluster = await startCluster(this);
    project = await requireProject(this);
  });

  after(async () => {
    project?.remove();
    await cluster?.stop();
  });

  return {
    get cluster() {
      assert.ok(cluster !== undefined, "the cluster starts with the suite");
      return cluster;
    },
    get project() {
      assert.ok(project !== undefined, "the project starts with the suite");
      return project;
    },
  };
}
