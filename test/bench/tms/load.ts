import { percentile } from "../measure.ts";

/** The result of a load test. */
export interface Load {
  /** Responses per second. */
  readonly rate: number;
  /** Milliseconds from the first byte sent to the last received. */
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly port: number;
  /** The server's certificate for `localhost`, PEM. */
  readonly ca: string;
  readonly connections: number;
  readonly seconds: number;
  /** The next request as raw HTTP/1.1. */
  readonly next: () => string;
  /** Text of every valid response. Any other response aborts the measurement. */
  readonly holds: string;
}

/** Time before the measurement, for the JIT compilers. */
const WARM_UP_MS = 1000;

/** Sends requests over `connections` persistent TLS connections, on each one at a time (HTTP/1.1 without pipelining). */
export async function load(options: LoadOptions): Promise<Load> {
  const { connections, seconds } = options;
  const times: number[] = [];
  const from = performance.now() + WARM_UP_MS;
  const until = from + seconds * 1000;
  const clients = Array.from({ length: connections }, () =>
    client(options, (began, now) => {
      if (began >= from) times.push(now - began);
      return now < until;
    }),
  );
  await Promise.all(clients);
  times.sort((a, b) => a - b);
  const rate = times.length / ((performance.now() - from) / 1000);
  return { rate, p50: percentile(times, 50), p99: percentile(times, 99) };
}

/** Runs one connection until `answered` returns false. @throws Error at the first invalid response. */
async function client(options: LoadOptions, answered: (began: number, now: number) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let began = 0;
  let received = "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: options.port,
    tls: { ca: options.ca, serverName: "localhost" },
    socket: {
      handshake(socket, _success, error) {
        if (error) reject(error);
        began = performance.now();
        socket.write(options.next());
      },
      data(socket, chunk) {
        received += chunk.toString("latin1");
        if (!isWhole(received)) return;
        if (!received.startsWith("HTTP/1.1 2") || !received.includes(options.holds))
          return reject(new Error(`answered with ${received}`));
        received = "";
        const now = performance.now();
        if (!answered(began, now)) return resolve();
        began = performance.now();
        socket.write(options.next());
      },
      error: (_socket, error) => reject(error),
      close: () => reject(new Error("the server ended a connection")),
    },
  });
  await promise.finally(() => socket.end());
}

function isWhole(received: string): boolean {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /^content-length: (\d+)/im.exec(received.slice(0, head))?.[1];
  if (length === undefined) throw new Error(`no length is told in ${received}`);
  return received.length >= head + 4 + Number(length);
}

/** Returns a function that formats a POST request with a JSON body. */
export function post(path: string, headers: Readonly<Record<string, string>>): (body: string) => string {
  const lines = Object.entries({ host: "localhost", "content-type": "application/json", ...headers });
  const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}content-length: `;
  return (body) => `${head}${body.length}\r\n\r\n${body}`;
}
