import type { AuthClient } from "../../core/api/client.ts";
import type { HostKey } from "../../core/ssh/server.ts";
import type { ClusterView } from "./view.ts";

/** A machine's membership: name, certificate and connection to auth. Proxy and node receive it. */
export interface Cluster {
  readonly name: string;
  /** Of this machine. */
  readonly uuid: string;
  readonly view: ClusterView;
  readonly api: AuthClient;
  /** The host key and certificate. They are renewed while running: call this for every connection. */
  hostKey(): HostKey;
  /** `host:port` of auth's SSH server, for users who ask for the API through a proxy. */
  readonly authAddr: string;
  readonly audit: {
    /** Resolves when the event is durable on this machine; it reaches auth's log later when auth is away. */
    append(event: object): Promise<void>;
  };
  [Symbol.asyncDispose](): Promise<void>;
}
