import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";

/** Not `python -m build`, which is a package of its own; the hook is PEP 517. */
const SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])";

/** The SDK for Python as a source distribution and as a wheel. */
export const python: Part = ({ root, names }, out) =>
  inTemporaryFolder(async (folder) => {
    // A build writes into the sources, and takes every folder in them for a package.
    const [sources, dist] = [join(folder, "sources"), join(folder, "dist")];
    cpSync(join(root, "sdk", "python"), sources, { recursive: true });
    const readme = join(sources, names.packages.pypi.replaceAll("-", "_"), "README.md");
    cpSync(readme, join(sources, "README.md"));
    cpSync(join(root, "LICENSE"), join(sources, "LICENSE"));
    await execute("python3", ["-c", SDIST, dist], sources);
    await execute("python3", ["-m", "pip", "wheel", "-q", "--no-deps", "-w", dist, "."], sources);
    const files = readdirSync(dist).sort();
    cpSync(dist, out, { recursive: true });
    return { files, publish: `PyPI ${names.packages.pypi}: ${files.join(", ")}` };
  });
