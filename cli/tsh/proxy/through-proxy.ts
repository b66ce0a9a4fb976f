import type { Duplex } from "node:stream";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { FAULTS, Fault, type FaultCode } from "../../../core/fault.ts";
import { type ClientConnection, openSubsystemAtOnce } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { connectAs, connectOver, type SshTarget } from "../../ssh/connect.ts";
import type { ClientIdentity } from "../login/identity.ts";

/** Time limit in milliseconds for the proxy's reason of a closed connection. */
const PROXY_SAYS_MS = 250;

/**
 * Opens an SSH connection to the proxy and verifies its host certificate.
 * @param socket a TCP connection in progress
 */
export function connectProxy(
  cx: Context,
  identity: ClientIdentity,
  socket?: Promise<Duplex>,
): Promise<ClientConnection> {
  const target = {
    addr: identity.sshAddr,
    user: identity.user,
    credential: identity.credential,
    authorities: identity.authorities,
    // Verify the role and not the address, for which another machine may have a certificate.
    names: [servicePrincipal("proxy", identity.cluster)],
    now: cx.now,
  };
  return connectAs(target, socket);
}

/**
 * Opens a subsystem of the proxy as a stream. If the proxy refuses, it writes the reason to the channel's stderr and closes
 * it; `refusal()` returns it as a Fault.
 */
export async function throughProxy(proxy: ClientConnection, subsystem: string): Promise<ProxyStream> {
  const channel = await openSubsystemAtOnce(proxy, subsystem);
  let [text, exit] = ["", undefined as number | undefined];
  channel.stderr.on("data", (chunk: Buffer) => {
    if (text.length < 64 * 1024) text += chunk.toString("utf8");
  });
  const ended = (code: number | null | undefined) => {
    exit ??= code ?? undefined;
  };
  // A status in one packet with the reply is emitted before this listener exists; "close" repeats it.
  channel.on("exit", ended);
  channel.on("close", ended);
  return Object.assign(channel as Duplex, { refusal: () => refusalOf(text, exit) });
}

/** Opens an SSH connection through a subsystem of the proxy. Closing it leaves the proxy connection open. */
export async function connectThrough(
  proxy: ClientConnection,
  subsystem: string,
  target: Omit<SshTarget, "addr">,
): Promise<ClientConnection> {
  const stream = await throughProxy(proxy, subsystem);
  try {
    const connection = await connectOver(stream, target);
    return { ...connection, closed: connection.closed.then((end) => endOf(end, proxy)) };
  } catch (error) {
    throw stream.refusal() ?? error;
  }
}

/**
 * The reason why an inner connection ended. A lock ends both connections; if the proxy's ends first, the machine's reason
 * is lost, but the proxy has sent it, too.
 */
async function endOf(end: Fault | undefined, proxy: ClientConnection): Promise<Fault | undefined> {
  if (end?.code !== "unavailable") return end;
  const patience = new Promise<undefined>((late) => setTimeout(late, PROXY_SAYS_MS));
  return (await Promise.race([proxy.closed, patience])) ?? end;
}

export type ProxyStream = Duplex & { readonly refusal: () => Fault | undefined };

/** Parses `error: MESSAGE`, an optional `hint: HINT`, and the exit status. */
function refusalOf(text: string, exit: number | undefined): Fault | undefined {
  if (text.trim() === "" || exit === undefined || exit === 0) return undefined;
  const lines = text.trim().split(/\r?\n/);
  const hint = lines.at(-1)?.startsWith("hint: ") === true ? lines.pop()?.slice("hint: ".length) : undefined;
  return new Fault(codeOf(exit), lines.join("\n").replace(/^error: /, ""), { hint });
}

/** The main code of an exit status. */
function codeOf(exit: number): FaultCode {
  if (exit === FAULTS.denied.exit) return "denied";
  const row = Object.entries(FAULTS).find(([code, { exit: status }]) => status === exit && code !== "internal");
  return (row?.[0] as FaultCode | undefined) ?? "failed";
}
