import { usage } from "../../args.ts";
import { command, group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { openTcp } from "../../ssh/tcp.ts";
import { globals } from "../globals.ts";
import { validIdentity } from "../login/relogin.ts";

/** `tsh proxy`: commands that other programs run to get a connection. */
export const proxy = (cx: Context) =>
  group({
    meta: { name: "proxy", description: "Connections for other programs" },
    subCommands: { ssh: async () => proxySsh(cx) },
  });

/** `tsh proxy ssh`: the ProxyCommand of `tsh config`. stdout carries only the SSH stream. */
const proxySsh = (cx: Context) =>
  command({
    meta: {
      name: "ssh",
      description: "Connect stdin and stdout to a machine's SSH server; for ProxyCommand of ssh",
      examples: [
        ["ssh -o ProxyCommand='tsh proxy ssh %r@%h:%p' web-1", "as in the output of `tsh config`"],
        ["tsh proxy ssh web-1", "the machine's own SSH port"],
        ["tsh proxy ssh --cluster=other root@db-1:22", "in another cluster, with login and port"],
      ],
    },
    args: {
      ...globals,
      target: {
        type: "positional",
        valueHint: "[user@]host[:port]",
        complete: "host",
        parse: parseDestination,
        description: "A name, UUID or address; without a port, or with 0, the machine's own",
      },
    },
    async run({ args }) {
      const { login, address } = args.target;
      // No login prompt: ssh(1) has already read the expired certificate.
      const identity = await validIdentity(cx, args, false);
      // The SSH modules take 5 ms to load; connect to the proxy meanwhile.
      const socket = openTcp(identity.sshAddr);
      const { connectProxy, throughProxy } = await import("../proxy/through-proxy.ts");
      const connection = await connectProxy(cx, { ...identity, user: login ?? args.login ?? identity.user }, socket);
      const stream = await throughProxy(connection, `proxy:${address}@${identity.cluster}`);
      const { carryStdio } = await import("../../ssh/carry-stdio.ts");
      await carryStdio(stream);
      const refusal = stream.refusal();
      if (refusal !== undefined) throw refusal;
    },
  });

interface ProxyDestination {
  readonly login: string | undefined;
  /** In the proxy's format: `HOST`, or `HOST:PORT`. */
  readonly address: string;
}

/** Parses `%r@%h:%p`: a login may contain `@`, a host cannot. @throws Fault `bad_request` */
function parseDestination(text: string): ProxyDestination {
  const at = text.lastIndexOf("@");
  const address = text.slice(at + 1);
  if (at === 0 || address.startsWith("-") || address.startsWith(":") || !/^[\x21-\x7e]+$/.test(address))
    throw usage(`"${text}" is not [USER@]HOST[:PORT]`);
  return { login: at === -1 ? undefined : text.slice(0, at), address };
}
