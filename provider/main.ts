import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { main } from "@pulumi/pulumi/provider";
import { hostOwn } from "./host";
import { surroundingsOf } from "./io/oci/access";
import { endWithParent } from "./parent";
import { lifecycleOf, outputsOf, plugin, preload } from "./plugin";
import { withoutDebugMessages } from "./quiet";

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
  readonly version: string;
};

endWithParent();
withoutDebugMessages();
const cancel = new AbortController();
hostOwn({ outputsOf, lifecycleOf, cancel });
const surroundings = surroundingsOf(process.env, homedir(), process.platform);
void main(plugin(manifest.version, { surroundings, signal: cancel.signal }), process.argv.slice(2));
// The SDK maps every stack to its sources, and takes one for each promise it watches: a fifth of an update's CPU time.
Reflect.deleteProperty(Error, "prepareStackTrace");
setImmediate(() => void preload());
