import { usage } from "../../args.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { parsePort } from "../../ssh/options.ts";
import { openTcp } from "../../ssh/tcp.ts";
import { globals } from "../globals.ts";
import { validIdentity } from "../login/relogin.ts";
import { parseLocation } from "./location.ts";
import type { CopyRequest } from "./run.ts";

/** `tsh scp`: copies files to, from and between machines over SFTP. */
export const scp = (cx: Context) =>
  command({
    meta: {
      name: "scp",
      description: "Copy files to, from and between machines",
      examples: [
        ["tsh scp report.pdf root@web-1:/tmp/", "to a machine"],
        ["tsh scp 'web-1:/var/log/*.log' logs/", "from a machine; patterns are matched there"],
        ["tsh scp -r -p site/ web-1:~/public", "a directory, with modes and times"],
        ["tsh scp db-1:dump.sql db-2:", "between two machines, through this one"],
      ],
    },
    args: {
      ...globals,
      recursive: { type: "boolean", alias: "r", description: "Copy directories recursively" },
      preserve: { type: "boolean", alias: "p", description: "Keep modes and times" },
      quiet: { type: "boolean", alias: "q", description: "Show no progress" },
      port: {
        type: "string",
        alias: "P",
        parse: parsePort,
        description: "Port of the machines (default: the one that each of them serves)",
      },
      paths: {
        type: "positional",
        multiple: true,
        valueHint: "[[user@]host:]path",
        complete: "file",
        description: "One or more sources, and the target last",
      },
    },
    async run({ args }) {
      const copy = read(args.paths);
      const identity = await validIdentity(cx, args);
      // The SSH modules take 5 ms to load; connect to the proxy meanwhile.
      const socket = openTcp(identity.sshAddr);
      const { runCopy } = await import("./run.ts");
      return runCopy(cx, identity, { ...args, ...copy, port: args.port ?? 0 }, socket);
    },
  });

/** @throws Fault `bad_request` without a source, a target or a remote machine */
function read(texts: readonly string[]): Pick<CopyRequest, "sources" | "target"> {
  const paths = texts.map(parseLocation);
  const target = paths.pop();
  if (target === undefined || paths.length === 0) throw usage("no target is given", "the last argument is the target");
  if ([...paths, target].every(({ machine }) => machine === undefined))
    throw usage("all of these are on this machine", "write HOST:PATH for another; cp copies on this one");
  return { sources: paths, target };
}
