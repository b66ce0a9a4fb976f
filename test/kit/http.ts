import type { Duplex } from "node:stream";
import { HttpConnection } from "../../core/http/connection.ts";
import { RESPONSE } from "../../core/http/head.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent unchanged, other values as JSON. */
  readonly body?: unknown;
}

/** Sends an HTTP request on a new channel. Of an endless answer, only the beginning is read. */
export async function ask(
  connection: ClientConnection,
  method: string,
  path: string,
  { headers, body }: Question = {},
): Promise<Answer> {
  const channel = await openChannel(connection, "auth", 0);
  const http = new HttpConnection(channel, RESPONSE);
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const length = text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) };
  const lines = Object.entries({ host: "auth", ...length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  channel.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text ?? ""}`);
  const head = await http.head();
  const pieces: Uint8Array[] = [];
  if (head.length !== "chunked" && method !== "HEAD") for await (const piece of http.body()) pieces.push(piece);
  const received = Buffer.concat(pieces).toString();
  channel.close();
  return { status: head.status, body: received === "" ? undefined : JSON.parse(received) };
}

/** All data of a stream until its end or close. */
export async function readAll(channel: Duplex): Promise<string> {
  let text = "";
  channel.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => channel.once("end", resolve).once("close", resolve));
  return text;
}
