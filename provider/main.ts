import { homedir } from "node:os";
import { main } from "@pulumi/pulumi/provider";
import { answerWhenCancelled } from "./host";
import { surroundingsOf } from "./io/oci/access";
import { packageVersion } from "./package";
import { endWithParent } from "./parent";
import { outputsOf, plugin, preload } from "./plugin";
import { withoutDebugMessages } from "./quiet";

endWithParent();
withoutDebugMessages();
answerWhenCancelled(outputsOf);
const surroundings = surroundingsOf(process.env, homedir(), process.platform);
void main(plugin(packageVersion(), surroundings), process.argv.slice(2));
// The SDK maps every stack to its sources, and takes one for each promise it watches: a fifth of an update's CPU time.
Reflect.deleteProperty(Error, "prepareStackTrace");
setImmediate(() => void preload());
