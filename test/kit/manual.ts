/** A parsed mdoc(7) page. Escapes are decoded: `\-` is `-`, `\(dq` is `"`. */
export interface ManualPage {
  /** The headings of its sections (`.Sh`), in order. */
  readonly sections: readonly string[];
  /** The headings of a section's parts (`.Ss`), in order. */
  headings(section: string): readonly string[];
  /** The lines of a section or subsection; empty if it does not exist. */
  lines(section: string, part?: string): readonly string[];
}

export function readManual(text: string): ManualPage {
  const found: { readonly section: string; readonly part: string | undefined; readonly lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const [, kind, heading = ""] = /^\.(Sh|Ss) (.*)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (kind === "Sh") found.push({ section: heading, part: undefined, lines: [] });
    else if (kind === "Ss" && last !== undefined) found.push({ section: last.section, part: heading, lines: [] });
    else last?.lines.push(readEscapes(line));
  }
  return {
    sections: found.filter(({ part }) => part === undefined).map(({ section }) => section),
    headings: (section) =>
      found.flatMap((each) => (each.section === section && each.part !== undefined ? each.part : [])),
    lines: (section, part) =>
      found
        .filter((each) => each.section === section && (part === undefined || each.part === part))
        .flatMap(({ lines }) => lines),
  };
}

function readEscapes(line: string): string {
  return line.replaceAll("\\-", "-").replaceAll("\\(dq", '"').replaceAll("\\&", "");
}

/** Every flag in `Fl` macros: `Fl -name` is `--name`, `Fl dh` is `-d` and `-h`. */
export function flagsIn(lines: readonly string[]): Set<string> {
  const flags = new Set<string>();
  for (const words of lines.filter(isMacro).map(wordsOf))
    words.forEach((word, i) => {
      const name = words[i + 1] ?? "";
      if (word !== "Fl" || name === "-") return;
      for (const flag of name.startsWith("-") ? [`-${name}`] : [...name].map((letter) => `-${letter}`)) flags.add(flag);
    });
  return flags;
}

/** The environment variables that head an entry of a list. */
export function variablesIn(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith(".It Ev ")).flatMap((line) => line.match(/\b[A-Z][A-Z_]+\b\*?/g) ?? []);
}

/** Literal displays, each block as one text, and `Dl` lines. */
export function displays(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  let block: string[] | undefined;
  for (const line of lines) {
    if (line.startsWith(".Bd -literal")) block = [];
    else if (line === ".Ed" && block !== undefined) {
      blocks.push(block.join("\n"));
      block = undefined;
    } else if (block !== undefined) block.push(line);
    else if (line.startsWith(".Dl ")) blocks.push(line.slice(".Dl ".length));
  }
  return blocks;
}

/** Texts in `Ql` macros, without trailing punctuation. */
export function quotes(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.startsWith(".Ql "))
    .map((line) => line.slice(".Ql ".length).replace(/(?: [.,:;()])+$/, ""));
}

/** The keys that head an entry of a list (`Ic`). */
export function keysIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^\.It Ic (\S+)/.exec(line)?.[1] ?? []);
}

function isMacro(line: string): boolean {
  return line.startsWith(".");
}

function wordsOf(line: string): string[] {
  return line.slice(1).split(" ");
}
