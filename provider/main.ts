import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "@pulumi/pulumi/provider";
import { answerWhenCancelled } from "./host";
import { endWithParent } from "./parent";
import { outputsOf, plugin } from "./plugin";

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
  readonly version: string;
};

endWithParent();
answerWhenCancelled(outputsOf);
void main(plugin(manifest.version), process.argv.slice(2));
