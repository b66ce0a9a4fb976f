/** Actions of escape sequences, `~` at the beginning of a line, as in ssh(1). */
export type Escape = "disconnect" | "suspend" | "help";

export const ESCAPE_HELP = [
  "Supported escape sequences:",
  " ~.   - terminate the connection",
  " ~^Z  - suspend tsh",
  " ~?   - this message",
  " ~~   - send the escape character by typing it twice",
  "(Note that escapes are only recognized immediately after newline.)",
  "",
].join("\r\n");

const CR = 0x0d;
const LF = 0x0a;

/** Removes escape sequences from terminal input. Keeps its state between chunks. */
export class EscapeFilter {
  readonly #escape: number;
  #atLineStart = true;
  #pending = false;

  /** @param character a single ASCII character, usually `~` */
  constructor(character: string) {
    this.#escape = character.charCodeAt(0);
  }

  /** The data to send and the escape sequences, in order. */
  push(chunk: Uint8Array): (Uint8Array | Escape)[] {
    const parts: (Uint8Array | Escape)[] = [];
    let from = 0;
    const flush = (to: number) => {
      if (to > from) parts.push(chunk.subarray(from, to));
    };
    for (let i = 0; i < chunk.length; i++) {
      const key = chunk[i] ?? 0;
      if (this.#pending) {
        this.#pending = false;
        const escape = ESCAPES[key];
        from = escape === undefined && key !== this.#escape ? i : i + 1;
        if (escape !== undefined) parts.push(escape);
        // `~~` sends one `~`; any other key sends the held `~` and itself.
        else parts.push(Uint8Array.of(this.#escape));
        this.#atLineStart = escape !== undefined || key === CR || key === LF;
      } else if (this.#atLineStart && key === this.#escape) {
        flush(i);
        from = i + 1;
        this.#pending = true;
      } else this.#atLineStart = key === CR || key === LF;
    }
    flush(chunk.length);
    return parts;
  }
}

const ESCAPES: Readonly<Record<number, Escape>> = {
  [".".charCodeAt(0)]: "disconnect",
  ["?".charCodeAt(0)]: "help",
  26: "suspend",
};
