import { usage } from "../../args.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { openTcp } from "../../ssh/tcp.ts";
import { globals } from "../globals.ts";
import { freshActing } from "../login/relogin.ts";

/** `tsh proxy ssh`: the ProxyCommand of `tsh config`. Nothing but the host's bytes goes to stdout. */
export const proxySsh = (cx: Context) =>
  command({
    meta: {
      name: "ssh",
      description: "Connect stdin and stdout to a machine's SSH server; for ProxyCommand of ssh",
      examples: [
        ["ssh -o ProxyCommand='tsh proxy ssh %r@%h:%p' web-1", "what the output of `tsh config` does"],
        ["tsh proxy ssh web-1", "the machine's own SSH port"],
        ["tsh proxy ssh --cluster=other root@db-1:22", "in another cluster, as the audit log is to know it"],
      ],
    },
    args: {
      ...globals,
      target: {
        type: "positional",
        valueHint: "[user@]host[:port]",
        complete: "host",
        parse: parseTarget,
        description: "A name, UUID or address; without a port, or with 0, the machine's own",
      },
    },
    async run({ args }) {
      const { login, place } = args.target;
      // ssh(1) has read key and certificate by now: who logs in again here would still be refused there.
      const acting = await freshActing(cx, args, false);
      // What speaks SSH takes 5 ms to load; the way to the proxy is made meanwhile.
      const socket = openTcp(acting.sshAddr);
      const { connectProxy, throughProxy } = await import("../proxy/through-proxy.ts");
      const proxy = await connectProxy(cx, { ...acting, user: login ?? args.login ?? acting.user }, socket);
      const stream = await throughProxy(proxy, `proxy:${place}@${acting.cluster}`);
      const { carryStdio } = await import("../../ssh/carry-stdio.ts");
      await carryStdio(stream);
      const refusal = stream.refusal();
      if (refusal !== undefined) throw refusal;
    },
  });

interface Target {
  readonly login: string | undefined;
  /** As the proxy reads it: `HOST`, or `HOST:PORT`. */
  readonly place: string;
}

/** Reads what `%r@%h:%p` makes: a login may contain `@`, a host cannot. @throws Fault `bad_request`. */
function parseTarget(text: string): Target {
  const at = text.lastIndexOf("@");
  const place = text.slice(at + 1);
  if (at === 0 || place.startsWith("-") || place.startsWith(":") || !/^[\x21-\x7e]+$/.test(place))
    throw usage(`"${text}" is not [USER@]HOST[:PORT]`);
  return { login: at === -1 ? undefined : text.slice(0, at), place };
}
