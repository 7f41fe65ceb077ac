import type { Platform } from "./platform";

/** A published file, and how to check and unpack it. */
export interface Download {
  readonly url: string;
  /** Where the publisher lists checksums: lines of "HASH  FILE", or one bare hash. */
  readonly checksums?: string;
  /** The folder inside the archive whose files are kept; without it the file is the program. */
  readonly archiveFolder?: string;
  /** The program's name inside the archive, where it differs. */
  readonly archiveProgram?: string;
}

/** A Go program, built in `tools/go/<folder>` from the versions pinned there. */
export interface GoBuild {
  readonly folder: string;
  readonly package: string;
  /** What the linker stamps into the program, as "variable" → "value". */
  readonly stamps: Readonly<Record<string, string>>;
  /** Files of a dependency that the program embeds; the build shows them beside its sources. */
  readonly embeds?: { readonly module: string; readonly files: readonly string[] };
  readonly expected: string;
}

/** A Debian package and the program inside it. */
export interface DebianPackage {
  readonly package: string;
  readonly file: string;
}

/** A program that the project needs, and every way to get it. */
export interface Tool {
  readonly title: string;
  /** The file name of the program. */
  readonly program: string;
  readonly version: string;
  /** The range of versions on PATH (or from Debian) that will do. */
  readonly accepts: string;
  /** What makes the program print its version; a program without is asked for `versionModule`. */
  readonly versionArguments?: readonly string[];
  /** The Go module in the program whose version is the program's. */
  readonly versionModule?: string;
  readonly download?: (platform: Platform) => Download | undefined;
  readonly debian?: DebianPackage;
  readonly go?: GoBuild;
}
