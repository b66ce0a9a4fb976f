import { parseDuration } from "../../../core/duration.ts";
import { Fault } from "../../../core/fault.ts";
import type { Args, Parsed } from "../../command.ts";
import { globals } from "../flags.ts";

/** Flags that select the tms server and the identity. Every verb of `tctl tms` includes them. */
export const tmsFlags = {
  config: { ...globals.config, description: "Config file of the escrow on this machine" },
  "data-dir": { ...globals["data-dir"], description: "Data directory of the escrow on this machine" },
  "auth-server": { ...globals["auth-server"], hidden: true },
  identity: { ...globals.identity, hidden: true },
  server: {
    type: "string",
    valueHint: "url",
    description: "URL of a remote escrow, such as https://escrow.example.com:3000",
  },
  "ca-file": {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: "PEM file of the CA certificates for --server, instead of the system's",
  },
  tenant: { type: "string", default: "default", valueHint: "name", description: "Tenant of the request" },
  "admin-id": {
    type: "string",
    valueHint: "id",
    description: "Authenticate as this admin of the tenant, usually ~~admin",
  },
  "admin-secret-file": {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: "File with the admin's secret; - is stdin (default: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)",
  },
  "client-id": { type: "string", valueHint: "id", description: "Authenticate as this client" },
  "client-secret-file": {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: "File with the client's secret; - is stdin (default: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)",
  },
} as const satisfies Args;

export type TmsFlags = Parsed<typeof tmsFlags>;

/** The largest number of the API; it means unlimited uses or no expiry. */
export const NO_LIMIT = 2_147_483_647;

/** Minutes of `30d`, `12h`, `90m`. @throws Fault `bad_request`. */
function wholeMinutes(text: string): number {
  const minutes = parseDuration(text) / 60;
  if (!Number.isInteger(minutes)) throw new Fault("bad_request", `"${text}" is not a number of whole minutes`);
  return minutes;
}

/** Minutes, or the API's -1 for `never`. @throws Fault `bad_request`. */
export function lifetime(text: string): number {
  return text === "never" ? -1 : wholeMinutes(text);
}

/** `3`, or the API's -1 for `unlimited`. @throws Fault `bad_request`. */
export function useCount(text: string): number {
  if (text === "unlimited") return -1;
  const count = Number(text);
  if (!/^\d{1,10}$/.test(text) || count >= NO_LIMIT)
    throw new Fault("bad_request", `"${text}" is neither a whole number nor unlimited`);
  return count;
}

/** Converts -1 to NO_LIMIT, for API fields that do not accept negative numbers. */
export function unsigned(value: number): number {
  return value < 0 ? NO_LIMIT : value;
}

/** The required flag `--ttl`; `never` must be given explicitly. */
export const ttl = {
  type: "string",
  required: true,
  parse: lifetime,
  valueHint: "duration",
  description: "Lifetime from now: 30d, 12h, 45m, or never",
} as const satisfies Args[string];

/** `--enabled`; unchanged if omitted. */
export const enabled = {
  type: "enum",
  options: ["yes", "no"],
  description: "Enable or disable it",
} as const satisfies Args[string];

/** `--grace` of a new secret. */
export const grace = {
  type: "string",
  default: "0m",
  parse: wholeMinutes,
  valueHint: "duration",
  description: "How long the old secret stays valid, at most 7d",
} as const satisfies Args[string];
