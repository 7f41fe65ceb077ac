/** Lets the process end with the exit code that a program gives, if it gives one; a failure is told in one line, and is a 1. */
export function exitWith(program: Promise<unknown>): void {
  program.then(
    (code) => {
      if (typeof code === "number") process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
