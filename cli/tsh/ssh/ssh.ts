import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { CONNECTION_FAILED, report } from "../../report.ts";
import { openTcp } from "../../ssh/tcp.ts";
import type { ClientIdentity } from "../login/identity.ts";
import { profilesOf } from "../login/profile-select.ts";
import { validIdentity } from "../login/relogin.ts";
import { isLabels } from "./destination.ts";
import { parseRequest, sshFlags } from "./request.ts";

/** `tsh ssh`: opens a shell or runs a command on a machine. */
export const ssh = (cx: Context) =>
  command({
    meta: {
      name: "ssh",
      description: "Open a shell or run a command on a machine",
      examples: [
        ["tsh ssh root@web-1", "a shell"],
        ["tsh ssh web-1 tail -f /var/log/syslog", "a command; everything after the host belongs to it"],
        ["tsh ssh root@env=prod uptime", "on every machine with that label; each line begins with the machine's name"],
        ["tsh ssh -N -L 5432:localhost:5432 db-1", "port 5432 of db-1 on this machine"],
      ],
    },
    args: sshFlags,
    async run({ args }) {
      const request = parseRequest(args);
      const identity = await validIdentity(cx, args, request.options.batch !== true);
      try {
        if (isLabels(request.route.host)) return await (await import("./run.ts")).runOnMany(cx, identity, request);
        // The SSH modules take 5 ms to load; connect to the proxy meanwhile.
        const socket = openTcp(identity.sshAddr, request.options.connectTimeoutMs);
        const { runOnOne } = await import("./run.ts");
        const status = await runOnOne(cx, identity, request, socket);
        await remember(cx, identity, request.route.host);
        return status;
      } catch (thrown) {
        report(thrown, cx);
        return CONNECTION_FAILED;
      }
    },
  });

async function remember(cx: Context, { profile }: ClientIdentity, host: string): Promise<void> {
  if (profile === undefined) return;
  const { rememberHost } = await import("../nodes/host-cache.ts");
  rememberHost(profilesOf(cx), profile, host);
}
