import { Fault } from "../../core/fault.ts";

/** One end of a forwarding: a TCP address or the path of a Unix socket. */
export type ForwardEnd = { readonly host: string; readonly port: number } | { readonly path: string };

/** `-L` and `-R`: connections to `from` are forwarded to `to`. */
export interface Forward {
  readonly from: ForwardEnd;
  readonly to: ForwardEnd;
}

/** Parses `-L [BIND:]PORT:HOST:HOSTPORT`, with a path instead of either end. An empty BIND or `*` is every address. */
export function parseForward(text: string): Forward {
  const words = split(text);
  const from = words[0]?.startsWith("/") === true ? { path: words[0] } : undefined;
  const last = words.at(-1) ?? "";
  const to = last.startsWith("/") && words.length > 1 ? { path: last } : undefined;
  const rest = words.slice(from === undefined ? 0 : 1, to === undefined ? undefined : -1);
  const front = from ?? listenEnd(to === undefined ? rest.slice(0, -2) : rest, text);
  if (to !== undefined) return from !== undefined && rest.length > 0 ? refuse(text) : { from: front, to };
  const [host, port] = rest.slice(-2);
  if (host === undefined || host === "" || port === undefined || (from !== undefined && rest.length !== 2))
    refuse(text);
  return { from: front, to: { host: host ?? "", port: parsePort(port ?? "", text) } };
}

/** `-D [BIND:]PORT`. */
export function parseDynamic(text: string): { readonly host: string; readonly port: number } {
  return listenEnd(split(text), text);
}

function listenEnd(words: readonly string[], text: string): { host: string; port: number } {
  const [bind, port] = words.length === 1 ? ["localhost", words[0]] : words;
  if (words.length < 1 || words.length > 2 || bind === undefined || port === undefined) return refuse(text);
  return { host: bind === "" || bind === "*" ? "*" : bind, port: parsePort(port, text, 0) };
}

/** The parts between colons; an IPv6 address stands in brackets. */
function split(text: string): string[] {
  const word = /(?:\[([^\]]*)\]|([^:[\]]*))(:|$)/y;
  const words: string[] = [];
  for (;;) {
    const [, bracketed, plain, end] = word.exec(text) ?? refuse(text);
    words.push(bracketed ?? plain ?? "");
    if (end === "") return words;
  }
}

function parsePort(text: string, spec: string, least = 1): number {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= least && port <= 65_535 ? port : refuse(spec);
}

function refuse(text: string): never {
  throw new Fault("bad_request", `"${text}" is not a forwarding`, {
    hint: "write [BIND:]PORT:HOST:HOSTPORT, or the path of a Unix socket in the place of an end",
  });
}
