import { ParsedFiles } from "../../../provider/io/parsed-files";
import { artifactSource } from "../../../provider/io/artifact-source";

/** A process of its own that reads an artifact through a cache; prints the digest of its release. */
async function main([artifact = "", cacheFolder = "", version = ""]: readonly string[]) {
  const warn = (line: string) => console.error(line);
  const access = { files: new ParsedFiles(), surroundings: { cacheFolder }, warn };
  const source = artifactSource(artifact, access);
  await source.versions();
  const release = await source.load(version, ["source-controller"]);
  console.log(release.digest);
}

void main(process.argv.slice(2));
