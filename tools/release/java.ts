import { cpSync } from "node:fs";
import { join } from "node:path";
import { coordinatesOf } from "../sdk/maven";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";

/** The SDK for Java: the JAR and its POM. Sources, documentation and signatures are the profile `release`'s. */
export const java: Part = ({ root, names, version }, out) =>
  inTemporaryFolder(async (folder) => {
    const pom = join(root, "sdk", "java", "pom.xml");
    await execute("mvn", ["-q", "-B", "-f", pom, `-DbuildDirectory=${folder}`, "package"], root);
    const { group, artifact } = coordinatesOf(names);
    const name = `${artifact}-${version}`;
    cpSync(join(folder, `${name}.jar`), join(out, `${name}.jar`));
    cpSync(pom, join(out, `${name}.pom`));
    return {
      files: [`${name}.jar`, `${name}.pom`],
      publish: `Maven Central ${group}:${artifact}:${version}`,
    };
  });
