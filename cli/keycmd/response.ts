import { Fault } from "../../core/fault.ts";
import { MalformedMessage, RESPONSE, type ResponseHead } from "../../core/http/head.ts";
import { MessageReader } from "../../core/http/reader.ts";

/** Bytes that an answer's body may have: ours has a few hundred, a large key some thousand. */
export const MAX_BODY = 65_536;

/** A whole answer. */
export interface Response {
  readonly status: number;
  /** The server's clock, where it says: milliseconds. */
  readonly date: number | undefined;
  readonly body: string;
}

/** Reads one answer as it arrives. What it may not be is thrown as a Fault `denied`. */
export class ResponseReader {
  readonly #reader = new MessageReader(RESPONSE);
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #head: ResponseHead | undefined;

  /** The answer, once these bytes complete it. They are not kept. */
  push(bytes: Uint8Array): Response | undefined {
    this.#reader.push(new Uint8Array(bytes));
    return this.#advance();
  }

  /** The answer, when the end of the connection completes it. */
  end(): Response | undefined {
    this.#reader.end();
    return this.#advance();
  }

  #advance(): Response | undefined {
    try {
      return this.#read();
    } catch (error) {
      throw error instanceof MalformedMessage ? wrong(error.message) : error;
    }
  }

  #read(): Response | undefined {
    this.#head ??= this.#reader.head();
    if (this.#head === undefined) return undefined;
    const { status, headers } = this.#head;
    if (headers.has("content-encoding")) throw wrong("is compressed, which was not asked for");
    for (;;) {
      const piece = this.#reader.read();
      if (typeof piece === "object") {
        this.#size += piece.length;
        this.#pieces.push(piece);
      }
      if (this.#size + this.#reader.announced > MAX_BODY) throw wrong("is too large");
      if (piece === undefined) return undefined;
      if (piece === "end") break;
    }
    const date = Date.parse(headers.get("date") ?? "");
    return {
      status,
      date: Number.isNaN(date) ? undefined : date,
      body: Buffer.concat(this.#pieces).toString("utf8"),
    };
  }
}

function wrong(what: string): Fault {
  return new Fault("denied", `the server's answer ${what}`);
}
