import { Fault } from "../../../core/fault.ts";
import type { Parsed } from "../../command.ts";
import { parseDynamic, parseForward } from "../../ssh/forward-spec.ts";
import { applyOption, noOptions, parsePort, type SshOptions } from "../../ssh/options.ts";
import { globals } from "../globals.ts";
import type { NodeRoute } from "./connect-node.ts";
import { isLabels, parseDestination } from "./destination.ts";

/** Flags and arguments of `tsh ssh`. */
export const sshFlags = {
  ...globals,
  port: { type: "string", alias: "p", parse: parsePort, description: "Port of the host (default: the one it serves)" },
  "forward-agent": { type: "boolean", alias: "A", description: "Forward the local ssh-agent" },
  tty: {
    type: "boolean",
    alias: "t",
    multiple: true,
    description: "Allocate a terminal for the command; -tt even without a local terminal",
  },
  "no-tty": { type: "boolean", alias: "T", description: "Allocate no terminal" },
  "no-exec": { type: "boolean", alias: "N", description: "Run no command, only forward" },
  "local-forward": {
    type: "string",
    alias: "L",
    multiple: true,
    parse: parseForward,
    valueHint: "[bind:]port:host:hostport",
    description: "Forward a local port to the remote side",
  },
  "remote-forward": {
    type: "string",
    alias: "R",
    multiple: true,
    parse: parseForward,
    valueHint: "[bind:]port:host:hostport",
    description: "Forward a remote port to the local side",
  },
  "dynamic-forward": {
    type: "string",
    alias: "D",
    multiple: true,
    parse: parseDynamic,
    valueHint: "[bind:]port",
    description: "Local SOCKS proxy that connects from the remote side",
  },
  jump: {
    type: "string",
    alias: "J",
    valueHint: "[user@]host[:port],…",
    complete: "host",
    description: "Jump hosts, machines of the cluster",
  },
  option: {
    type: "string",
    alias: "o",
    multiple: true,
    valueHint: "name=value",
    description: "An option of ssh_config(5)",
  },
  host: {
    type: "positional",
    valueHint: "[user@]host",
    complete: "host",
    description: "A name, UUID, address, or label=value[,…]",
  },
  command: {
    type: "positional",
    required: false,
    multiple: true,
    verbatim: true,
    description: "Command to run (default: a login shell)",
  },
} as const;

/** The parsed command line of `tsh ssh`. */
export interface SshRequest {
  readonly route: NodeRoute;
  /** Undefined for a shell. */
  readonly command: string | undefined;
  readonly tty: "no" | "yes" | "force";
  readonly nothing: boolean;
  readonly options: SshOptions;
}

/** Parses the command line; flags take precedence over -o options. @throws Fault `bad_request` */
export function parseRequest(args: Parsed<typeof sshFlags>): SshRequest {
  const options = noOptions();
  for (const text of args.option) applyOption(options, text);
  options.local.unshift(...args["local-forward"]);
  options.remote.unshift(...args["remote-forward"]);
  options.dynamic.unshift(...args["dynamic-forward"]);
  const { login, host } = parseDestination(args.host);
  // Like ssh(1), join the words; the remote shell splits them again.
  const words = args.command ?? [];
  const line = words.length === 0 ? undefined : words.join(" ");
  const nothing = args["no-exec"];
  if (isLabels(host) && line === undefined)
    throw new Fault("bad_request", `${host} stands for several machines, and needs a command to run on them`, {
      hint: `tsh ls ${host} shows which`,
    });
  if (nothing && line !== undefined) throw new Fault("bad_request", "-N runs no command, but a command is given");
  const route: NodeRoute = {
    login: login ?? args.login ?? options.user,
    host,
    port: args.port ?? options.port ?? 0,
    hops: (args.jump ?? "")
      .split(",")
      .filter((hop) => hop !== "")
      .map(parseHop),
    keepaliveMs: options.keepaliveMs,
  };
  return {
    route,
    command: line,
    nothing,
    options: { ...options, forwardAgent: args["forward-agent"] || options.forwardAgent === true },
    tty: ttyOf(args, options, line),
  };
}

function parseHop(text: string) {
  const [, place = text, port] = /^(.*[^:]):(\d+)$/.exec(text) ?? [];
  return { ...parseDestination(place), port: port === undefined ? 0 : parsePort(port) };
}

function ttyOf(args: Parsed<typeof sshFlags>, options: SshOptions, line: string | undefined): SshRequest["tty"] {
  if (args["no-tty"] || args["no-exec"]) return "no";
  if (args.tty >= 2 || options.requestTty === "force") return "force";
  if (args.tty === 1 || options.requestTty === "yes") return "yes";
  return line === undefined && options.requestTty !== "no" ? "yes" : "no";
}
