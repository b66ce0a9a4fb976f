import type { AuthClient } from "../../core/api/client.ts";
import type { HostKey } from "../../core/ssh/server.ts";
import type { ClusterView } from "./view.ts";

/** A machine's membership: its name, its certificate, its connection to auth. What proxy and node are given. */
export interface Cluster {
  readonly name: string;
  /** Of this machine. */
  readonly uuid: string;
  readonly view: ClusterView;
  readonly api: AuthClient;
  /** The key and certificate to serve with; renewed while running, so ask anew for every connection. */
  hostKey(): HostKey;
  /** `host:port` of auth's SSH server, for users who ask for the API through a proxy. */
  readonly authAddr: string;
  readonly audit: {
    /** Resolves when the event is durable on this machine; it reaches auth's log later when auth is away. */
    append(event: object): Promise<void>;
  };
  [Symbol.asyncDispose](): Promise<void>;
}
