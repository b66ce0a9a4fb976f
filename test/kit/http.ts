import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { asSocket } from "../../core/api/channel-http.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is, or as JSON. */
  readonly body?: unknown;
}

/** One HTTP request on a channel of its own. Of an answer that goes on, only the beginning is read. */
export async function ask(
  connection: ClientConnection,
  method: string,
  path: string,
  { headers, body }: Question = {},
): Promise<Answer> {
  const channel = await openChannel(connection, "auth", 0);
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) };
    const sent = httpRequest(
      { createConnection: () => asSocket(channel) as never, method, path, headers: { ...length, ...headers } },
      resolve,
    );
    sent.on("error", reject);
    sent.end(text);
  });
  const status = answer.statusCode ?? 0;
  if (answer.headers["content-type"] === "application/x-ndjson") {
    channel.close();
    return { status, body: undefined };
  }
  answer.setEncoding("utf8");
  let received = "";
  for await (const chunk of answer) received += chunk;
  channel.close();
  return { status, body: received === "" ? undefined : JSON.parse(received) };
}

/** Everything that the server writes to a stream until it ends or closes it. */
export async function readAll(channel: Duplex): Promise<string> {
  let text = "";
  channel.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => channel.once("end", resolve).once("close", resolve));
  return text;
}
