/** Program text: a literal as it stands, or a group that is printed on one line where it fits. */
export type Doc = string | Group;

/** What stands between brackets. */
export interface Group {
  readonly open: string;
  readonly entries: readonly Entry[];
  readonly close: string;
  /** Put inside the brackets when the group is on one line. */
  readonly padding?: string;
}

/** One entry of a group, with what stands before it: `version: `, `version=`, or nothing. */
export interface Entry {
  readonly label: string;
  readonly value: Doc;
}

/** How a language lays out its groups. */
export interface Layout {
  readonly indent: string;
  readonly width: number;
  /** Let the values of neighbouring lines start in one column, as gofmt does. */
  readonly align?: boolean;
}

/** Prints at a depth of indentation; `before` is what already stands on the line, without its indentation. */
export function print(doc: Doc, layout: Layout, depth = 0, before = ""): string {
  if (typeof doc === "string") return doc;
  const { open, entries, close } = doc;
  const line = onOneLine(doc);
  const room = layout.width - depth * layout.indent.length - before.length - 1;
  if (line !== undefined && line.length <= room) return line;
  const printed = entries.map(({ label, value }): Printed => {
    return { label, text: print(value, layout, depth + 1, label) };
  });
  const pad = layout.indent.repeat(depth + 1);
  const lines = (layout.align === true ? aligned(printed) : printed).map(
    ({ label, text }) => `${pad}${label}${text},\n`,
  );
  return `${open}\n${lines.join("")}${layout.indent.repeat(depth)}${close}`;
}

/** The group on one line; undefined where a literal has lines of its own. */
function onOneLine(doc: Doc): string | undefined {
  if (typeof doc === "string") return doc.includes("\n") ? undefined : doc;
  const { open, entries, close, padding = "" } = doc;
  if (entries.length === 0) return `${open}${close}`;
  const parts = entries.map(({ label, value }) => {
    const line = onOneLine(value);
    return line === undefined ? undefined : `${label}${line}`;
  });
  if (parts.includes(undefined)) return undefined;
  return `${open}${padding}${parts.join(", ")}${padding}${close}`;
}

interface Printed {
  readonly label: string;
  readonly text: string;
}

/** gofmt aligns the values of lines that follow each other; one of several lines ends a section. */
function aligned(entries: readonly Printed[]): readonly Printed[] {
  const sections: Printed[][] = [];
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    const joins = previous !== undefined && isLine(previous) && isLine(entry);
    if (joins) sections.at(-1)?.push(entry);
    else sections.push([entry]);
  }
  return sections.flatMap((section) => {
    const width = Math.max(...section.map(({ label }) => label.length));
    return section.map(({ label, text }) => ({ label: label.padEnd(width), text }));
  });
}

function isLine({ text }: Printed): boolean {
  return !text.includes("\n");
}
