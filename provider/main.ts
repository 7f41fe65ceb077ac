import { homedir } from "node:os";
import { main } from "@pulumi/pulumi/provider";
import { hostOwn } from "./host";
import { surroundingsOf } from "./io/oci/access";
import { packageVersion } from "./package";
import { endWithParent } from "./parent";
import { lifecycles, outputsOf, plugin, preload } from "./plugin";
import { withoutDebugMessages } from "./quiet";
import { readPassedProviders } from "./resources/passed-provider";

endWithParent();
withoutDebugMessages();
readPassedProviders();
const cancel = new AbortController();
const surroundings = surroundingsOf(process.env, homedir(), process.platform);
hostOwn({ outputsOf, lifecycleOf: lifecycles(surroundings), cancel });
void main(plugin(packageVersion(), { surroundings, signal: cancel.signal }), process.argv.slice(2));
// The SDK maps every stack to its sources, and takes one for each promise it watches: a fifth of an update's CPU time.
Reflect.deleteProperty(Error, "prepareStackTrace");
setImmediate(() => void preload());
