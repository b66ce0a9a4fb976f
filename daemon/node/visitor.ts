import type { Fault } from "../../core/fault.ts";
import type { Options } from "../../core/policy/access.ts";
import type { Claim, Feature } from "./access.ts";
import type { Account } from "./account.ts";
import type { PrivateSocket } from "./private-socket.ts";

/** Somebody who was let in. */
export interface Visitor extends Claim {
  /** The user's name in the cluster. */
  readonly user: string;
  readonly account: Account;
}

/** What sessions and forwardings need of the connection that they are part of. */
export interface Host {
  readonly visitor: Visitor;
  readonly endpoints: {
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly localAddress: string;
    readonly localPort: number;
  };
  /** For events: who and from where. */
  readonly about: {
    readonly user: string;
    readonly login: string;
    readonly addr_remote: string;
    readonly addr_local: string;
  };
  /** Asks anew whether the visitor may be here, and may have this. @throws Fault for the user. */
  authorize(feature?: Feature): Options;
  /** A socket on which the visitor's own ssh-agent answers. */
  openAgent(): Promise<PrivateSocket>;
  /** There was traffic: the visitor is not idle. */
  touch(): void;
  /** Records that something was refused, for the reason in `fault`. */
  refused(fault: Fault, sid?: string): void;
}
