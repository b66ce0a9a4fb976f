import type { Socket } from "node:net";
import { hostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { writeProxyHeader } from "../../core/ssh/proxy-header.ts";
import { emitEvent, type ProxyContext } from "./context.ts";
import { dial } from "./dial.ts";
import { awaitIdentification } from "./identification.ts";
import { type Destination, findDestination } from "./resolve.ts";
import type { Target } from "./target.ts";
import type { Standing, Visitor } from "./visitor.ts";

/** A busy server may take its time to say hello; nobody waits longer than this for one that never does. */
const IDENTIFICATION_MS = 30_000;

/** One way through the proxy, from the moment it is asked for until it ends. */
export class Passage {
  readonly #abort = new AbortController();
  #destination: Destination | undefined;

  /** Aborted with a Fault that says why. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get name(): string {
    return this.#destination?.name ?? "the host";
  }

  leadsTo(destination: Destination): void {
    this.#destination = destination;
  }

  /** Whether somebody of this standing may be on it. */
  allowed(standing: Standing): boolean {
    return this.#destination === undefined || this.#destination.allowed(standing);
  }

  cut(reason: string): void {
    this.#abort.abort(new Fault("denied", reason));
  }
}

export interface Asked {
  readonly visitor: Visitor;
  readonly standing: Standing;
  readonly target: Target;
  readonly user: string;
  readonly login: string;
  readonly addr_remote: string;
}

/**
 * Finds the host, connects to it, and waits until it has proven to be an SSH server and the audit event is durable.
 * @throws Fault a sentence for the user; nothing is left open then.
 */
export async function openPassage(
  proxy: ProxyContext,
  passage: Passage,
  { standing, target, user, login, addr_remote }: Asked,
): Promise<{ readonly socket: Socket; readonly head: Buffer }> {
  const { cluster, resolveDns, now } = proxy;
  const destination = await findDestination(target, standing, { cluster, now: now(), resolveDns });
  passage.leadsTo(destination);
  const socket = await reach(destination, passage.signal);
  const hangUp = () => socket.destroy();
  passage.signal.addEventListener("abort", hangUp, { once: true });
  try {
    passage.signal.throwIfAborted();
    const { node, member, name } = destination;
    if (member !== undefined)
      socket.write(writeProxyHeader(cluster.hostKey(), { client: addr_remote, to: member, now: now() }));
    const { remoteAddress = "", remotePort = 0 } = socket;
    const event = {
      user,
      login,
      addr_remote,
      server_addr: hostPort(remoteAddress, remotePort),
      target_hostname: name,
      ...(node !== undefined && { target_id: node.metadata.name }),
    };
    const [head] = await Promise.all([
      awaitIdentification(socket, name, IDENTIFICATION_MS),
      emitEvent(proxy, "session.connect", event),
    ]);
    passage.signal.throwIfAborted();
    return { socket, head };
  } catch (thrown) {
    socket.destroy();
    throw passage.signal.aborted ? passage.signal.reason : thrown;
  } finally {
    passage.signal.removeEventListener("abort", hangUp);
  }
}

async function reach({ name, endpoints, offlineSince }: Destination, signal: AbortSignal): Promise<Socket> {
  try {
    return await dial(name, endpoints, signal);
  } catch (thrown) {
    const { code, message, cause } = Fault.from(thrown);
    if (offlineSince === undefined || code !== "unavailable") throw thrown;
    throw new Fault(code, message, { hint: `it was last heard of at ${offlineSince.toISOString()}`, cause });
  }
}
