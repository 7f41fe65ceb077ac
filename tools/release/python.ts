import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execute, inTemporaryFolder } from "./command";
import type { Part } from "./part";

/** Not `python -m build`, which is a package of its own; the hook is PEP 517. */
const SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])";

/** The SDK for Python as a source distribution and as a wheel. */
export const python: Part = ({ root, names }, out) =>
  inTemporaryFolder(async (folder) => {
    // A build writes into the sources.
    cpSync(join(root, "sdk", "python"), folder, { recursive: true });
    const readme = join(folder, names.packages.pypi.replaceAll("-", "_"), "README.md");
    cpSync(readme, join(folder, "README.md"));
    cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
    const dist = join(folder, "release");
    await execute("python3", ["-m", "pip", "wheel", "-q", "--no-deps", "-w", dist, "."], folder);
    await execute("python3", ["-c", SDIST, dist], folder);
    const files = readdirSync(dist).sort();
    cpSync(dist, out, { recursive: true });
    return { files, publish: `PyPI ${names.packages.pypi}: ${files.join(", ")}` };
  });
