import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What goes over a connection with TLS, as somebody on the way sees it: whose turn it was, and how often it has been. */
export type Moment = "start" | `client ${number}` | `server ${number}` | "end";

/** Does something to the client at this moment, before what is on its way. @returns true where that, and all after it, is to be lost. */
export type Meddle = (moment: Moment, client: Socket) => boolean | void;

/** Somebody between a client and a server on this machine, who sees records come by. `client` counts what came in one piece. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #close: () => Promise<void>;

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port;
    this.#close = close;
  }

  static async to(server: number, meddle: Meddle): Promise<Relay> {
    const sockets = new Set<Socket>();
    const relay = createServer((client) => {
      const upstream = connect(server, "127.0.0.1");
      for (const socket of [client, upstream]) sockets.add(socket.on("error", () => {}));
      let lost = false;
      const pass = (moment: Moment, send: () => void) => {
        lost ||= meddle(moment, client) === true;
        if (!lost) send();
      };
      pass("start", () => {});
      let said = 0;
      client.on("data", (bytes) => pass(`client ${++said}`, () => upstream.write(bytes)));
      client.on("close", () => upstream.destroy());
      let [bytes, records] = [Buffer.alloc(0), 0];
      upstream.on("data", (more) => {
        bytes = Buffer.concat([bytes, more]);
        // A record is five bytes, of which the last two are its length, and so many more (RFC 8446 §5.1).
        for (let size = sizeOf(bytes); size <= bytes.length; size = sizeOf(bytes)) {
          const record = bytes.subarray(0, size);
          bytes = bytes.subarray(size);
          pass(`server ${++records}`, () => client.write(record));
        }
      });
      upstream.on("end", () => pass("end", () => client.end()));
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    return new Relay((relay.address() as AddressInfo).port, async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function sizeOf(bytes: Buffer): number {
  return bytes.length < 5 ? Number.POSITIVE_INFINITY : 5 + bytes.readUInt16BE(3);
}
