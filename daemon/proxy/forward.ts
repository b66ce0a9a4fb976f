import type { Duplex } from "node:stream";
import { hostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { DIAL_MS, type Dialed, type DialFailure, dial } from "../net/dial.ts";
import type { ProxyContext } from "./context.ts";
import type { Destination } from "./destination.ts";
import { awaitIdentification } from "./identification.ts";
import { type Access, type ResolvedTarget, resolveTarget } from "./resolve.ts";

/** For the identification of a busy server. Milliseconds. */
const IDENTIFICATION_MS = 30_000;

/** One connection through the proxy to a host, from the request until it ends. */
export class Forward {
  readonly #abort = new AbortController();
  #target: ResolvedTarget | undefined;

  /** Aborted with a Fault that says why. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get name(): string {
    return this.#target?.name ?? "the host";
  }

  resolved(target: ResolvedTarget): void {
    this.#target = target;
  }

  isAllowed(access: Access): boolean {
    return this.#target === undefined || this.#target.isAllowed(access);
  }

  cut(reason: string): void {
    this.#abort.abort(new Fault("denied", reason));
  }
}

export interface ForwardRequest {
  readonly target: Destination;
  readonly access: Access;
  /** Of the user's connection, for the audit log. */
  readonly about: { readonly user: string; readonly login: string; readonly addr_remote: string };
}

/**
 * Finds the host, connects to it, and waits until it has proven to be an SSH server and the audit event is durable.
 * @throws Fault a sentence for the user; nothing is left open then.
 */
export async function openForward(
  proxy: ProxyContext,
  forward: Forward,
  { access, target, about }: ForwardRequest,
): Promise<{ readonly stream: Duplex; readonly head: Buffer }> {
  const { cluster, resolveDns, now } = proxy;
  const { signal } = forward;
  const found = await resolveTarget(target, access, { cluster, now: now(), resolveDns });
  forward.resolved(found);
  const { stream, remote } = await dialTarget(proxy, found, { client: about.addr_remote, signal });
  const hangUp = () => stream.destroy();
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    signal.throwIfAborted();
    const { node, name } = found;
    const event = {
      ...about,
      server_addr: remote,
      target_hostname: name,
      ...(node !== undefined && { target_id: node.metadata.name }),
    };
    const [head] = await Promise.all([
      awaitIdentification(stream, name, IDENTIFICATION_MS),
      proxy.audit.before("session.connect", event),
    ]);
    signal.throwIfAborted();
    return { stream, head };
  } catch (thrown) {
    stream.destroy();
    throw signal.aborted ? signal.reason : thrown;
  } finally {
    signal.removeEventListener("abort", hangUp);
  }
}

async function dialTarget(
  { cluster, now }: ProxyContext,
  { name, endpoints, member, offlineSince }: ResolvedTarget,
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
