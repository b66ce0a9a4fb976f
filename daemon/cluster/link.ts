import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AuthClient } from "../../core/api/client.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, type Credential, connectSsh, openChannel } from "../../core/ssh/client.ts";
import type { VerifyHost } from "../../core/ssh/verify-host.ts";
import type { Log } from "../log.ts";

const CONNECT_MS = 10_000;
const KEEPALIVE_MS = 15_000;
const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 10_000;

export interface AuthTarget {
  /** `host:port`, tried in this order. */
  readonly addrs: readonly string[];
  readonly user: string;
  /** Asked for each connection: a certificate may have been renewed since the last. */
  credential(): Credential;
  readonly verifyHost: VerifyHost;
}

/** One SSH connection to auth. @throws Fault `unavailable` when none of the addresses answers. */
export async function dialAuth(
  target: AuthTarget,
): Promise<{ readonly connection: ClientConnection; readonly addr: string }> {
  let failure: Fault | undefined;
  for (const addr of target.addrs) {
    try {
      const socket = await openSocket(addr);
      const connection = await connectSsh(socket, {
        user: target.user,
        credential: target.credential(),
        verifyHost: target.verifyHost,
        timeoutMs: CONNECT_MS,
        keepaliveMs: KEEPALIVE_MS,
      });
      return { connection, addr };
    } catch (error) {
      failure = Fault.from(error);
      // Who is refused by one auth is refused by all.
      if (failure.code !== "unavailable") throw failure;
    }
  }
  throw failure ?? new Fault("bad_request", "no address of auth is known", { hint: "give one with --auth-server" });
}

/** A connection to auth that comes back by itself. Requests wait for it, or fail when it cannot be had now. */
export class AuthLink {
  readonly api: AuthClient;
  readonly #target: AuthTarget;
  readonly #log: Log;
  #current: Promise<ClientConnection> | undefined;
  #addr: string;
  #closed = false;

  constructor(target: AuthTarget, log: Log) {
    this.#target = target;
    this.#log = log;
    this.#addr = target.addrs[0] ?? "";
    this.api = new AuthClient(() => this.#open());
  }

  /** The address that answered last. */
  get addr(): string {
    return this.#addr;
  }

  /** Runs `work` over and over, on a new connection whenever the old one is lost, until the link is closed. */
  async keep(work: () => Promise<void>): Promise<void> {
    let wait = BACKOFF_MS;
    while (!this.#closed) {
      const began = performance.now();
      try {
        await work();
      } catch (error) {
        if (!this.#closed) this.#log.warn("the connection to auth is lost; trying again", { error });
      }
      if (this.#closed) return;
      if (performance.now() - began > BACKOFF_MAX_MS) wait = BACKOFF_MS;
      await Bun.sleep(wait * (0.5 + Math.random()));
      wait = Math.min(BACKOFF_MAX_MS, wait * 2);
    }
  }

  close(): void {
    this.#closed = true;
    this.api.close();
    this.#drop();
  }

  async #open(): Promise<Duplex> {
    if (this.#closed) throw new Fault("unavailable", "stopping");
    this.#current ??= this.#connect();
    return openChannel(await this.#current, "auth", 0);
  }

  #drop(): void {
    this.#current?.then(
      (connection) => connection.close(),
      () => undefined,
    );
    this.#current = undefined;
  }

  async #connect(): Promise<ClientConnection> {
    try {
      const { connection, addr } = await dialAuth(this.#target);
      this.#addr = addr;
      void connection.closed.then(() => {
        this.#current = undefined;
      });
      return connection;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }
}

function openSocket(addr: string): Promise<Socket> {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(addr) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Fault("bad_request", `"${addr}" is not host:port`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), noDelay: true, keepAlive: true });
    const fail = (cause: Error) =>
      reject(new Fault("unavailable", `auth at ${addr} could not be reached: ${cause.message}`, { cause }));
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error("no answer")));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
