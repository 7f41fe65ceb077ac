import type { Stack } from "@pulumi/pulumi/automation";

/** The part of the SDK's command that it does not export to TypeScript. */
interface Command {
  run(
    args: readonly string[],
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly stdout: string }>;
}

/** Runs a command of the CLI on a stack for which the Automation API has no method. */
export async function runPulumi(stack: Stack, ...args: readonly string[]): Promise<void> {
  await runPulumiBeside(stack, ...args, "--stack", stack.name);
}

/** Runs a command of the CLI in the workspace of a stack. */
export async function runPulumiBeside(
  { workspace }: Stack,
  ...args: readonly string[]
): Promise<void> {
  const { pulumiCommand, workDir, pulumiHome, envVars } = workspace as typeof workspace & {
    readonly pulumiCommand: Command;
  };
  const home = pulumiHome === undefined ? {} : { PULUMI_HOME: pulumiHome };
  await pulumiCommand.run(args, workDir, { ...home, ...envVars });
}
