import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { suggest } from "../../core/suggest.ts";
import { type Forward, type ForwardEnd, parseDynamic, parseForward } from "./forward-spec.ts";

/** Supported options of ssh_config(5), from `-o NAME=VALUE`. */
export interface SshOptions {
  user?: string;
  port?: number;
  forwardAgent?: boolean;
  requestTty?: "no" | "yes" | "force" | "auto";
  /** Never prompt. */
  batch?: boolean;
  connectTimeoutMs?: number;
  keepaliveMs?: number;
  /** undefined: `~`; null: none. */
  escape?: string | null;
  exitOnForwardFailure?: boolean;
  readonly sendEnv: string[];
  readonly setEnv: Record<string, string>;
  readonly local: Forward[];
  readonly remote: Forward[];
  readonly dynamic: ForwardEnd[];
}

type Setter = (options: SshOptions, value: string, name: string) => void;

/** Some options have no effect: scripts often pass them, and tsh already behaves as they request. */
const OPTIONS: Readonly<Record<string, Setter>> = {
  AddKeysToAgent: () => {},
  BatchMode: (o, v, n) => {
    o.batch = yes(v, n);
  },
  ConnectTimeout: (o, v) => {
    o.connectTimeoutMs = seconds(v) * 1000;
  },
  DynamicForward: (o, v) => {
    o.dynamic.push(parseDynamic(v));
  },
  EscapeChar: (o, v) => {
    if (v !== "none" && !/^[\x21-\x7e]$/.test(v)) throw wrong("EscapeChar", v, "a character or none");
    o.escape = v === "none" ? null : v;
  },
  ExitOnForwardFailure: (o, v, n) => {
    o.exitOnForwardFailure = yes(v, n);
  },
  ForwardAgent: (o, v, n) => {
    o.forwardAgent = yes(v, n);
  },
  LocalForward: (o, v) => {
    o.local.push(parseForward(v.replace(/\s+/, ":")));
  },
  LogLevel: () => {},
  Port: (o, v) => {
    o.port = parsePort(v);
  },
  RemoteForward: (o, v) => {
    o.remote.push(parseForward(v.replace(/\s+/, ":")));
  },
  RequestTTY: (o, v) => {
    if (v !== "no" && v !== "yes" && v !== "force" && v !== "auto")
      throw wrong("RequestTTY", v, "no, yes, force or auto");
    o.requestTty = v;
  },
  SendEnv: (o, v) => {
    o.sendEnv.push(...v.split(/\s+/));
  },
  ServerAliveInterval: (o, v) => {
    o.keepaliveMs = seconds(v) * 1000;
  },
  SetEnv: (o, v) => {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(v) ?? [];
    if (name === undefined || value === undefined) throw wrong("SetEnv", v, "NAME=VALUE");
    o.setEnv[name] = value;
  },
  StrictHostKeyChecking: (_, v) => {
    if (v !== "yes" && v !== "accept-new" && v !== "ask")
      throw new Fault("bad_request", `-o StrictHostKeyChecking=${v}: a host of the cluster is always checked`, {
        hint: "leave the option out: nothing is ever asked or written",
      });
  },
  TCPKeepAlive: () => {},
  User: (o, v) => {
    o.user = v;
  },
};

export function noOptions(): SshOptions {
  return { sendEnv: [], setEnv: {}, local: [], remote: [], dynamic: [] };
}

/** Reads `NAME=VALUE` or `NAME VALUE`; names in any letter case. @throws Fault `bad_request` that names the option. */
export function applyOption(options: SshOptions, text: string): void {
  const [, asked = "", value = ""] = /^\s*([A-Za-z0-9]+)\s*(?:=|\s)\s*"?(.*?)"?\s*$/.exec(text) ?? [];
  const name = Object.keys(OPTIONS).find((known) => known.toLowerCase() === asked.toLowerCase());
  const set = name === undefined ? undefined : OPTIONS[name];
  if (name === undefined || set === undefined) {
    const [meant] = suggest(asked, Object.keys(OPTIONS), 1);
    throw new Fault("bad_request", `-o ${text}: ${asked === "" ? "not NAME=VALUE" : "unknown option"}`, {
      hint: meant === undefined ? `known are ${Object.keys(OPTIONS).join(", ")}` : `did you mean ${meant}?`,
    });
  }
  set(options, value, name);
}

/** @throws Fault `bad_request` unless it is a TCP port. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Fault("bad_request", `"${text}" is not a port`, { hint: "ports are 1 to 65535" });
}

function yes(value: string, name: string): boolean {
  if (value === "yes" || value === "no") return value === "yes";
  throw wrong(name, value, "yes or no");
}

/** ssh_config(5) takes plain seconds as well as `30s`, `5m`. */
function seconds(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : parseDuration(value);
}

function wrong(name: string, value: string, expected: string): Fault {
  return new Fault("bad_request", `-o ${name}: expected ${expected}, not "${value}"`);
}
