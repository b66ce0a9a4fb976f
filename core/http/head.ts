/**
 * Heads of HTTP/1.1 messages (RFC 9112), read strictly: lines end in CRLF, no line is folded, no field name is followed by
 * a space, the body has exactly one length. Where RFC 9112 lets a recipient repair a message, this one refuses it: two
 * readers that repair differently disagree about where a message ends.
 */

/** A message that violates RFC 9112 or exceeds a limit. The text continues a sentence such as "the request …". */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** Field values by field name in lower case. Values of a repeated field are joined by a comma (RFC 9110 §5.3). */
export type Headers = ReadonlyMap<string, string>;

/** The body's length in bytes; `chunked`: its chunks say it; `close`: it ends with the connection (responses only). */
export type BodyLength = number | "chunked" | "close";

interface Head {
  readonly headers: Headers;
  readonly length: BodyLength;
  /** Whether another message may follow on the connection (RFC 9112 §9.3). */
  readonly persistent: boolean;
}

export interface RequestHead extends Head {
  readonly method: string;
  /** As sent: path and query. */
  readonly target: string;
  readonly length: number | "chunked";
}

export interface ResponseHead extends Head {
  readonly status: number;
}

/** How heads of requests or of responses are read. */
export interface HeadSyntax<H extends Head> {
  /** Whether a start line may begin with this text, which may be as short as one character. */
  begins(text: string): boolean;
  /** @throws MalformedMessage */
  checkStart(line: string): void;
  /** @returns undefined for an interim response, which another head follows. @throws MalformedMessage */
  parse(start: string, headers: Headers): H | undefined;
}

/** A field line (RFC 9112 §5): a token, a colon, and the value between optional white space. */
const FIELD = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/;

/** Fields whose value is not a list: a second one is an error. */
const SINGLE: Readonly<Record<string, string>> = {
  "content-length": "has two lengths",
  "transfer-encoding": "has two lengths",
  host: "has two hosts",
  "content-type": "has two content types",
};

/** @throws MalformedMessage */
export function parseFields(lines: readonly string[]): Headers {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new MalformedMessage("has a malformed head");
    const key = name.toLowerCase();
    const known = headers.get(key);
    if (known !== undefined && SINGLE[key] !== undefined) throw new MalformedMessage(SINGLE[key]);
    headers.set(key, known === undefined ? value : `${known}, ${value}`);
  }
  return headers;
}

/** With a target in origin, absolute or asterisk form (RFC 9112 §3.2): no server here is a proxy, for which `host:port` is. */
const REQUEST_LINE = /^([A-Z-]{1,32}) (\/[!-~]*|[a-z]+:\/\/[!-~]+|\*) HTTP\/1\.1$/;

export const REQUEST: HeadSyntax<RequestHead> = {
  begins: (text) => /^[A-Z-]{1,32}(?: |$)/.test(text),
  checkStart(line) {
    if (!REQUEST_LINE.test(line)) throw new MalformedMessage("is not HTTP");
  },
  parse(start, headers) {
    const [, method = "", target = ""] = REQUEST_LINE.exec(start) ?? [];
    // RFC 9112 §3.2. The value is not used: the connection says which server is meant.
    if (!headers.has("host")) throw new MalformedMessage("has no host");
    return { method, target, headers, length: statedLength(headers) ?? 0, persistent: isPersistent(headers) };
  },
};

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;

export const RESPONSE: HeadSyntax<ResponseHead> = {
  begins: (text) => "HTTP/1.".startsWith(text.slice(0, 7)),
  checkStart(line) {
    const [, , status] = STATUS_LINE.exec(line) ?? [];
    // 101 would be the answer to an upgrade, which no client here asks for.
    if (status === undefined || status === "101") throw new MalformedMessage("is not HTTP");
  },
  parse(start, headers) {
    const [, minor, digits] = STATUS_LINE.exec(start) ?? [];
    const status = Number(digits);
    if (status < 200) return undefined;
    if (minor === "0" && headers.has("transfer-encoding"))
      throw new MalformedMessage("has a transfer coding, which HTTP/1.0 has not");
    // RFC 9112 §6.3: these have no body, whatever their fields say.
    const bodiless = status === 204 || status === 304;
    const length = bodiless ? 0 : (statedLength(headers) ?? "close");
    return { status, headers, length, persistent: minor === "1" && length !== "close" && isPersistent(headers) };
  },
};

/** RFC 9112 §6.1 and §6.2. @returns undefined when neither field is there. @throws MalformedMessage */
function statedLength(headers: Headers): number | "chunked" | undefined {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== undefined) {
    if (length !== undefined) throw new MalformedMessage("has two lengths");
    if (coding.toLowerCase() !== "chunked") throw new MalformedMessage("has an unknown transfer coding");
    return "chunked";
  }
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new MalformedMessage("has a length that is not a number");
  return Number(length);
}

function isPersistent(headers: Headers): boolean {
  return !/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(headers.get("connection") ?? "");
}
