import { connect } from "node:net";
import { Reader, Writer } from "../../core/cert/wire.ts";
import { Fault } from "../../core/fault.ts";
import { type AgentKey, Framing, frame, MESSAGE, type Message, readIdentities } from "../../core/ssh/agent-protocol.ts";

/**
 * Time limit of listing in milliseconds: an agent forwarded over a stalled connection does not answer. Other requests
 * have no limit, because the agent may ask its user.
 */
const LIST_MS = 5_000;

/** A connection to the ssh-agent at a socket. One request at a time. */
export class AgentClient implements Disposable {
  readonly #socket: ReturnType<typeof connect>;
  readonly #framing = new Framing();
  #waiting: { resolve(message: Message): void; reject(error: Error): void } | undefined;

  private constructor(socket: ReturnType<typeof connect>) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#waiting?.reject(error));
    socket.on("close", () => this.#waiting?.reject(new Fault("unavailable", "the ssh-agent closed the connection")));
  }

  /** @throws the system's error when nothing listens there. */
  static open(path: string): Promise<AgentClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.removeListener("error", reject);
        resolve(new AgentClient(socket));
      });
    });
  }

  /** @throws Fault `unavailable` when there is no answer. */
  async list(): Promise<AgentKey[]> {
    const silent = new Fault("unavailable", `the ssh-agent did not answer within ${LIST_MS / 1000} s`);
    const timer = setTimeout(() => this.#socket.destroy(silent), LIST_MS);
    try {
      const reply = await this.#ask(MESSAGE.requestIdentities);
      return reply.type === MESSAGE.identities ? readIdentities(reply.body) : [];
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request that is answered by success or failure. @throws Fault `failed` if the agent refuses */
  async tell(type: number, body: Uint8Array): Promise<void> {
    const reply = await this.#ask(type, body);
    if (reply.type !== MESSAGE.success) throw new Fault("failed", "the ssh-agent refused");
  }

  /** The SSH signature of `data` by the key that the agent lists as `blob`. @throws Fault `unauthenticated` when it has none. */
  async sign(blob: Buffer, data: Buffer): Promise<Buffer> {
    const reply = await this.#ask(MESSAGE.signRequest, new Writer().string(blob).string(data).uint32(0).done());
    if (reply.type === MESSAGE.signature) return new Reader(reply.body).string();
    throw new Fault("unauthenticated", "the ssh-agent does not hold your certificate any more", { hint: "tsh login" });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #ask(type: number, body?: Uint8Array): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(frame(type, body));
    });
  }

  #take(chunk: Buffer): void {
    try {
      for (const message of this.#framing.push(chunk)) this.#waiting?.resolve(message);
    } catch (error) {
      this.#waiting?.reject(error as Error);
      this.#socket.destroy();
    }
  }
}
