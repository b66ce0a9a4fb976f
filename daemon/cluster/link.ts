import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuthClient, authClient } from "../../core/api/client.ts";
import { Fault, type FaultCode } from "../../core/fault.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";
import type { Log } from "../log.ts";
import { type AuthTarget, dialAuth } from "./dial.ts";

/** Between two tries: at first, and at most. Whoever was connected for longer than the latter begins anew. Milliseconds. */
const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 10_000;

/** A connection to auth that comes back by itself. Requests wait for it, or fail when it cannot be had now. */
export class AuthLink {
  readonly api: AuthClient;
  readonly #target: AuthTarget;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #current: Promise<ClientConnection> | undefined;
  #addr: string;

  constructor(target: AuthTarget, log: Log) {
    this.#target = target;
    this.#log = log;
    this.#addr = target.addrs[0] ?? "";
    this.api = authClient(() => this.#open());
  }

  /** The address that answered last. */
  get addr(): string {
    return this.#addr;
  }

  /** Connects now, if it is not connected. @throws Fault as auth refuses, `unavailable` when it does not answer. */
  async connect(): Promise<void> {
    await this.#connection();
  }

  /**
   * Runs `work` over and over, on a new connection whenever the old one is lost, until the link is closed. `work` is
   * told how to say that it has what it needs.
   */
  async keep(work: (settled: () => void) => Promise<void>): Promise<void> {
    const { signal } = this.#closing;
    let lost: FaultCode | undefined;
    for (let wait = BACKOFF_MS; !signal.aborted; wait = Math.min(BACKOFF_MAX_MS, wait * 2)) {
      const began = performance.now();
      try {
        await work(() => {
          if (lost !== undefined) this.#log.info("connected to auth again");
          lost = undefined;
        });
      } catch (error) {
        const { code } = Fault.from(error);
        // Once, and again when it is for another reason: auth is back, and refuses us.
        if (lost !== code && !signal.aborted)
          this.#log.warn(
            lost === undefined
              ? "the connection to auth is lost; trying again"
              : "still no connection to auth; trying again",
            {
              error,
            },
          );
        lost = code;
      }
      if (performance.now() - began > BACKOFF_MAX_MS) wait = BACKOFF_MS;
      // Some later than others, so that a cluster does not come back all at once.
      await sleep(wait * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  close(): void {
    this.#closing.abort();
    this.api.close();
    this.#current?.then(
      (connection) => connection.close(),
      () => {},
    );
  }

  async #open(): Promise<Duplex> {
    return openChannel(await this.#connection(), "auth", 0);
  }

  #connection(): Promise<ClientConnection> {
    if (this.#closing.signal.aborted) return Promise.reject(new Fault("unavailable", "stopping"));
    if (this.#current !== undefined) return this.#current;
    const forget = () => {
      if (this.#current === mine) this.#current = undefined;
    };
    const mine = this.#dial();
    this.#current = mine;
    mine.then((connection) => connection.closed).then(forget, forget);
    return mine;
  }

  async #dial(): Promise<ClientConnection> {
    const { connection, addr } = await dialAuth(this.#target);
    this.#addr = addr;
    return connection;
  }
}
