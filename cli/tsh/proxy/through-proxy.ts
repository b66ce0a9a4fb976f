import type { Duplex } from "node:stream";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { FAULTS, Fault, type FaultCode } from "../../../core/fault.ts";
import { type ClientConnection, openSubsystemAtOnce } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { connectAs, connectOver, type SshTarget } from "../../ssh/connect.ts";
import type { ClientIdentity } from "../login/identity.ts";

/** By then a proxy that has ended a connection has told why. */
const PROXY_SAYS_MS = 250;

/**
 * An SSH connection to the proxy, which must show that it is one of this cluster.
 * @param socket to the proxy, when it is being dialled already
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
    // Not by its address, for which another machine of the cluster may have a certificate, too.
    names: [servicePrincipal("proxy", identity.cluster)],
    now: cx.now,
  };
  return connectAs(target, socket);
}

/**
 * A stream to what a subsystem of the proxy leads to. When the way is barred the proxy says so on the channel's stderr
 * and ends; `refusal()` of the stream then holds it as a Fault, for whoever finds that nothing came.
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
  // What came in one piece with the answer to the request has been told by "exit" already, and is told again at the end.
  channel.on("exit", ended);
  channel.on("close", ended);
  return Object.assign(channel as Duplex, { refusal: () => refusalOf(text, exit) });
}

/** An SSH connection to what a subsystem of the proxy leads to. Closing it leaves the one to the proxy open. */
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
 * Why a connection inside another one ended. A lock cuts both at once: where the proxy was faster, what the machine had to say
 * did not arrive, but the proxy has said it.
 */
async function endOf(end: Fault | undefined, proxy: ClientConnection): Promise<Fault | undefined> {
  if (end?.code !== "unavailable") return end;
  const patience = new Promise<undefined>((late) => setTimeout(late, PROXY_SAYS_MS));
  return (await Promise.race([proxy.closed, patience])) ?? end;
}

export type ProxyStream = Duplex & { readonly refusal: () => Fault | undefined };

/** `error: MESSAGE`, then perhaps `hint: HINT`, and the exit status of the failure's row in the table. */
function refusalOf(text: string, exit: number | undefined): Fault | undefined {
  if (text.trim() === "" || exit === undefined || exit === 0) return undefined;
  const lines = text.trim().split(/\r?\n/);
  const hint = lines.at(-1)?.startsWith("hint: ") === true ? lines.pop()?.slice("hint: ".length) : undefined;
  return new Fault(codeOf(exit), lines.join("\n").replace(/^error: /, ""), { hint });
}

/** Of the codes that share an exit status the plain one. */
function codeOf(exit: number): FaultCode {
  if (exit === FAULTS.denied.exit) return "denied";
  const row = Object.entries(FAULTS).find(([code, { exit: status }]) => status === exit && code !== "internal");
  return (row?.[0] as FaultCode | undefined) ?? "failed";
}
