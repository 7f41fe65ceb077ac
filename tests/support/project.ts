import { orSkip } from "../tools/require-tools";
import { createProject, type Project, type Surroundings } from "./engine";

/** Creates a project for a suite; where Pulumi or its Kubernetes plugin cannot be had the suite is skipped. */
export async function requireProject(
  context: Mocha.Context,
  surroundings: Surroundings = {},
): Promise<Project> {
  return await orSkip(context, () => createProject(surroundings));
}
