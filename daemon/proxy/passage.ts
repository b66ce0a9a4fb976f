import type { Duplex } from "node:stream";
import { hostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { DIAL_MS, type Dialed, type DialFailure, dial } from "../net/dial.ts";
import type { ProxyContext } from "./context.ts";
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
): Promise<{ readonly stream: Duplex; readonly head: Buffer }> {
  const { cluster, resolveDns, now } = proxy;
  const destination = await findDestination(target, standing, { cluster, now: now(), resolveDns });
  passage.leadsTo(destination);
  const { stream, remote } = await reach(proxy, destination, { client: addr_remote, signal: passage.signal });
  const hangUp = () => stream.destroy();
  passage.signal.addEventListener("abort", hangUp, { once: true });
  try {
    passage.signal.throwIfAborted();
    const { node, name } = destination;
    const event = {
      user,
      login,
      addr_remote,
      server_addr: remote,
      target_hostname: name,
      ...(node !== undefined && { target_id: node.metadata.name }),
    };
    const [head] = await Promise.all([
      awaitIdentification(stream, name, IDENTIFICATION_MS),
      proxy.audit.before("session.connect", event),
    ]);
    passage.signal.throwIfAborted();
    return { stream, head };
  } catch (thrown) {
    stream.destroy();
    throw passage.signal.aborted ? passage.signal.reason : thrown;
  } finally {
    passage.signal.removeEventListener("abort", hangUp);
  }
}

async function reach(
  { cluster, now }: ProxyContext,
  { name, endpoints, member, offlineSince }: Destination,
  { client, signal }: { readonly client: string; readonly signal: AbortSignal },
): Promise<Dialed> {
  const proxyHeader = member === undefined ? undefined : { hostKey: cluster.hostKey(), client, to: member, now: now() };
  try {
    return await dial(
      { endpoints, explain: (failure) => offline(name, failure) },
      { signal, halfOpen: true, keepAlive: true, ...(proxyHeader !== undefined && { proxyHeader }) },
    );
  } catch (thrown) {
    const { code, message, cause } = Fault.from(thrown);
    if (offlineSince === undefined || code !== "unavailable") throw thrown;
    throw new Fault(code, message, { hint: `it was last heard of at ${offlineSince.toISOString()}`, cause });
  }
}

function offline(name: string, { reason, endpoint }: DialFailure): string {
  const where = endpoint === undefined ? "" : ` at ${hostPort(endpoint.host, endpoint.port)}`;
  switch (reason) {
    case "refused":
      return `${name} is offline: nothing answers${where}`;
    case "unresolved":
      return `${name} is offline: its address${where} cannot be found`;
    case "timeout":
      return `${name} is offline: no answer${where} within ${DIAL_MS / 1000} seconds`;
    case "unreachable":
    case "other":
      return `${name} is offline: the proxy has no way to it${where}`;
  }
}
