import { homedir } from "node:os";
import { main } from "@pulumi/pulumi/provider";
import { hostOwn } from "./host";
import { surroundingsOf } from "./io/oci/access";
import { packageVersion } from "./package";
import { endWithParent } from "./parent";
import { lifecycleOf, outputsOf, plugin, preload } from "./plugin";
import { withoutDebugMessages } from "./quiet";

endWithParent();
withoutDebugMessages();
const cancel = new AbortController();
hostOwn({ outputsOf, lifecycleOf, cancel });
const surroundings = surroundingsOf(process.env, homedir(), process.platform);
void main(plugin(packageVersion(), { surroundings, signal: cancel.signal }), process.argv.slice(2));
// The SDK maps every stack to its sources, and takes one for each promise it watches: a fifth of an update's CPU time.
Reflect.deleteProperty(Error, "prepareStackTrace");
setImmediate(() => void preload());
