import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuthClient, authClient } from "../../core/api/client.ts";
import { Fault, type FaultCode } from "../../core/fault.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";
import type { Log } from "../log.ts";
import { type AuthTarget, dialAuth } from "./dial.ts";

/** First and longest interval between two attempts. A connection that lasted longer than the latter resets it. Milliseconds. */
const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 10_000;

/** A connection to auth that reconnects by itself. Requests wait for a connection attempt, and fail when it fails. */
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

  /** Connects unless connected. @throws Fault auth's refusal; `unavailable` when it does not answer. */
  async connect(): Promise<void> {
    await this.#connection();
  }

  /**
   * Runs `work` again whenever it ends, on a new connection after a loss, until the link is closed. `work` calls `settled`
   * once it has succeeded.
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
        // Logged once, and again when the reason changes: auth may be back, and refuse this machine.
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
      // Random, so that the members of a cluster do not reconnect at the same moment.
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
