import { resolve } from "node:path";
import { Fault } from "../../core/fault.ts";
import { runAgent } from "../agent.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";

/** `tsh agent`, also `sallyport agent ssh`: an ssh-agent with the certificates, for programs that use SSH_AUTH_SOCK. */
export const agent = (cx: Context) =>
  command({
    meta: {
      name: "agent",
      description: "Run an ssh-agent that offers your certificates",
      examples: [
        ['eval "$(tsh agent --daemon)"', "for this shell and its child processes"],
        ["tsh agent --socket ~/.tsh/agent.sock", "in the foreground, with a fixed socket path"],
      ],
    },
    args: {
      socket: { type: "string", valueHint: "path", complete: "file", description: "Socket path" },
      daemon: { type: "boolean", description: "Run in the background" },
    },
    async run({ args }) {
      if (args.daemon) return startDaemon(cx, args.socket);
      await runAgent(cx, args.socket, (socket) => cx.write(shellLines(socket, process.pid)));
      return 0;
    },
  });

/** Shell commands as printed by ssh-agent(1), for `eval`. */
function shellLines(socket: string, pid: number): string {
  return `SSH_AUTH_SOCK=${quoted(socket)}; export SSH_AUTH_SOCK;\nSSH_AGENT_PID=${pid}; export SSH_AGENT_PID;\n`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Starts this program in the background, and waits until it listens. */
async function startDaemon(cx: Context, wanted: string | undefined): Promise<number> {
  // The daemon runs in /: make relative paths absolute.
  const places = ["HOME", "SALLYPORT_HOME", "TELEPORT_HOME", "TMPDIR"];
  const env = Object.fromEntries(places.flatMap((name) => (cx.env[name] ? [[name, resolve(cx.env[name])]] : [])));
  const socket = wanted === undefined ? [] : [`--socket=${resolve(wanted)}`];
  const child = Bun.spawn([process.execPath, "tsh", "agent", ...socket], {
    env,
    cwd: "/",
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  const { value } = await child.stdout.getReader().read();
  if (value === undefined) {
    const said = (await new Response(child.stderr).text()).trim();
    if (said === "") throw new Fault("failed", "the agent did not start");
    cx.tell(said);
    return child.exited;
  }
  child.unref();
  cx.write(value);
  return 0;
}
