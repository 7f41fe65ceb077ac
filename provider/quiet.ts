import type * as Log from "@pulumi/pulumi/log";

/**
 * Keeps the SDK's debug messages in this process. It makes several for each resource, each a call to the engine; and
 * they hold the resource's properties as plain text, secrets too.
 */
export function withoutDebugMessages(): void {
  // Not import: a bundler makes a copy of the names, and the SDK would go on using the original.
  const log = require("@pulumi/pulumi/log") as typeof Log;
  Object.assign(log, { debug: () => Promise.resolve() });
}
