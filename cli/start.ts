import { homedir, hostname } from "node:os";
import { resolve } from "node:path";
import { Fault } from "../core/fault.ts";
import type { Machine, StartFlags } from "../daemon/config.ts";
import packageJson from "../package.json" with { type: "json" };
import { type Arg, type Args, command, group, type Parsed, printing } from "./command.ts";
import type { Context } from "./context.ts";

/** The commands that run the daemon. Thin: the code in daemon/ is loaded when needed. */

const flags = {
  roles: {
    type: "string",
    alias: "r",
    valueHint: "list",
    env: ["SALLYPORT_ROLES"],
    description: "Roles to run: auth, proxy, node, tms (default: the first three, or as configured)",
  },
  config: {
    type: "string",
    alias: "c",
    valueHint: "file",
    complete: "file",
    env: ["SALLYPORT_CONFIG"],
    description: "Configuration file (default: /etc/sallyport.yaml, if there is one)",
  },
  "data-dir": {
    type: "string",
    valueHint: "dir",
    complete: "directory",
    env: ["SALLYPORT_DATA_DIR"],
    description:
      "Directory of the keys and the database (default: /var/lib/sallyport; ~/.local/share/sallyport unless root)",
  },
  nodename: {
    type: "string",
    alias: "n",
    valueHint: "name",
    env: ["SALLYPORT_NODENAME"],
    description: "This machine's name in the cluster (default: its host name)",
  },
  labels: {
    type: "string",
    valueHint: "list",
    env: ["SALLYPORT_LABELS"],
    description: 'Labels of the node, such as env=prod,rack=[1m:"cat /etc/rack"]',
  },
  "listen-ip": {
    type: "string",
    alias: "l",
    valueHint: "ip",
    env: ["SALLYPORT_LISTEN_IP"],
    description: "Address to listen on (default: 0.0.0.0)",
  },
  "advertise-ip": {
    type: "string",
    valueHint: "ip",
    env: ["SALLYPORT_ADVERTISE_IP"],
    description: "Address to announce to other machines",
  },
  "auth-server": {
    type: "string",
    multiple: true,
    valueHint: "host:port",
    complete: "host",
    env: ["SALLYPORT_AUTH_SERVER"],
    description: "Auth server to join; may be repeated",
  },
  token: {
    type: "string",
    valueHint: "token|@file",
    env: ["SALLYPORT_TOKEN"],
    description: "Join token, needed once; @FILE keeps it out of the process list",
  },
  "ca-pin": {
    type: "string",
    multiple: true,
    valueHint: "sha256:…",
    env: ["SALLYPORT_CA_PIN"],
    description: "Pin of the cluster's host authority, checked when joining; may be repeated",
  },
  "cluster-name": {
    type: "string",
    valueHint: "name",
    env: ["SALLYPORT_CLUSTER_NAME"],
    description: "Name of a new cluster (default: the machine's name)",
  },
  "public-addr": {
    type: "string",
    valueHint: "host[:port]",
    env: ["SALLYPORT_PUBLIC_ADDR"],
    description: "Address of the proxy for users; without a proxy, of the node or of auth for other machines",
  },
  "pid-file": {
    type: "string",
    valueHint: "file",
    complete: "file",
    env: ["SALLYPORT_PID_FILE"],
    description: "Write the process id to this file when ready",
  },
  "diag-addr": {
    type: "string",
    valueHint: "host:port",
    env: ["SALLYPORT_DIAG_ADDR"],
    description: "Serve /healthz, /readyz and /metrics on this address",
  },
  "log-format": {
    type: "enum",
    options: ["text", "json"],
    env: ["SALLYPORT_LOG_FORMAT"],
    description: "Format of the log and of the ready message",
  },
  "ports-from": {
    type: "string",
    valueHint: "n",
    env: ["SALLYPORT_PORTS_FROM"],
    description: "Listen on n tms, n+22 node, n+23 proxy, n+25 auth, n+80 web; 0 takes free ports (default: 3000)",
  },
  insecure: { type: "boolean", description: "Join without a CA pin: trust any server at that address" },
  "tms-mvp": {
    type: "boolean",
    description: "Create the MFA proof, link and delegation of a key together with the key; for a trial",
  },
} as const satisfies Args;

/** `sallyport start`: runs the daemon until a signal ends it. */
export const start = (cx: Context) =>
  command({
    meta: {
      name: "start",
      description: "Run auth, proxy, node and tms, or some of them",
      examples: [
        ["sallyport start", "a complete cluster on this machine"],
        [
          "sallyport start --roles=node --auth-server=auth.example.com:3025 --token=@token --ca-pin=sha256:…",
          "join a cluster",
        ],
        ["sallyport start --roles=tms", "only the key escrow"],
        ["sallyport start --config=/etc/sallyport.yaml", "as configured in a file"],
      ],
    },
    args: flags,
    async run({ args }) {
      const daemon = await import("../daemon/main.ts");
      // The daemon handles SIGINT itself, to end sessions cleanly.
      process.removeAllListeners("SIGINT");
      return daemon.start({ ...startFlags(args), debug: cx.debug }, thisMachine(), packageJson.version);
    },
  });

/** `sallyport config check`: validates a configuration file as `start` does. */
export const config = (cx: Context) =>
  group({
    meta: { name: "config", description: "work with configuration files" },
    subCommands: { check: async () => configCheck(cx) },
  });

const configCheck = (cx: Context) =>
  command({
    meta: {
      name: "check",
      description: "Check a configuration file and report the line of an error",
      examples: [["sallyport config check /etc/sallyport.yaml", ""]],
    },
    args: {
      ...printing,
      file: { type: "positional", complete: "file", description: "The configuration file" },
    },
    async run({ args }) {
      const { loadSettings } = await import("../daemon/config.ts");
      const { roles } = loadSettings({ config: args.file }, thisMachine());
      await cx.print(
        { file: args.file, ok: true, roles },
        { text: () => `${args.file} is valid: ${roles.join(", ")}` },
      );
    },
  });

/** `sallyport configure`: prints a sample configuration. */
export const configure = (cx: Context) =>
  command({
    meta: {
      name: "configure",
      description: "Print a configuration file with every key explained",
      examples: [["sallyport configure > /etc/sallyport.yaml", ""]],
    },
    args: {},
    async run() {
      const { SAMPLE_CONFIG } = await import("../daemon/config/sample.ts");
      cx.write(SAMPLE_CONFIG);
    },
  });

/** `sallyport systemd`: prints a unit that runs `start` with these flags. */
export const systemd = (cx: Context) =>
  command({
    meta: {
      name: "systemd",
      description: "Print a systemd unit that starts sallyport with the flags given here",
      examples: [
        ["sallyport systemd > /etc/systemd/system/sallyport.service", "configured by /etc/sallyport.yaml"],
        ["sallyport systemd --roles=auth,proxy", "without the role node, the unit drops almost all privileges"],
      ],
    },
    args: flags,
    async run({ args }) {
      const [{ loadSettings }, { systemdUnit }] = await Promise.all([
        import("../daemon/config.ts"),
        import("../daemon/config/unit.ts"),
      ]);
      if (args.token !== undefined && !args.token.startsWith("@"))
        throw new Fault("bad_request", "a unit file must not contain a token: every user can read it", {
          hint: "store the token in a file that only root can read, and use --token=@FILE",
        });
      // systemd starts it as root.
      const { roles, dataDir } = loadSettings(startFlags(args), { ...thisMachine(), uid: 0 });
      cx.write(systemdUnit({ binary: process.execPath, flags: words(args), dataDir, roles }));
    },
  });

type Given = Parsed<typeof flags>;

function startFlags(args: Given): StartFlags {
  return {
    roles: args.roles,
    config: args.config,
    dataDir: args["data-dir"],
    nodename: args.nodename,
    labels: args.labels,
    listenIp: args["listen-ip"],
    advertiseIp: args["advertise-ip"],
    authServers: args["auth-server"],
    token: args.token,
    caPins: args["ca-pin"],
    clusterName: args["cluster-name"],
    publicAddr: args["public-addr"],
    pidFile: args["pid-file"],
    diagAddr: args["diag-addr"],
    logFormat: args["log-format"],
    portsFrom: args["ports-from"],
    insecure: args.insecure,
    tmsMvp: args["tms-mvp"],
  };
}

/** The given flags as words of a command line, with absolute paths. */
function words(args: Given): string[] {
  const absolute = (name: string, text: string): string => {
    if (text.startsWith("@")) return `@${resolve(text.slice(1))}`;
    const { complete } = flags[name as keyof typeof flags] as Arg;
    return complete === "file" || complete === "directory" ? resolve(text) : text;
  };
  return Object.keys(flags).flatMap((name) => {
    const value = args[name as keyof Given];
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === "string" ? [value] : value).map((text) => `--${name}=${absolute(name, text)}`);
  });
}

function thisMachine(): Machine {
  return { uid: process.getuid?.() ?? -1, home: homedir(), hostname: hostname(), cwd: process.cwd() };
}
