import { Fault } from "../../../core/fault.ts";
import type { Args, Parsed } from "../../command.ts";
import { words } from "../flags.ts";
import type { TmsClient, TmsRow } from "./client.ts";
import { ttl, useCount } from "./flags.ts";
import { orNotFound } from "./list.ts";

/** The key with this id or fingerprint. @throws Fault `not_found`; `conflict` if several hosts have the fingerprint */
export async function findKey(tms: TmsClient, word: string): Promise<TmsRow> {
  if (/^\d+$/.test(word)) return orNotFound(`key ${word}`, tms.get(["pubkeys", "id", word]));
  if (!word.startsWith("SHA256:")) throw new Fault("bad_request", `"${word}" is neither a number nor a fingerprint`);
  const all = await tms.list(["pubkeys", "list"], "pubkeys");
  const [found, other] = all.filter((row) => row.public_key_fingerprint === word);
  if (found === undefined) throw new Fault("not_found", `there is no key ${word}`);
  if (other !== undefined)
    throw new Fault("conflict", `the key ${word} is known on several hosts`, {
      hint: "name it by its number: tctl tms keys ls",
    });
  return found;
}

/** Flags of a new key: lifetime, uses and restrictions. */
export const newKey = {
  uses: {
    type: "string",
    default: "unlimited",
    parse: useCount,
    valueHint: "n",
    description: "Number of logins: a number, or unlimited",
  },
  ttl,
  restrict: { type: "boolean", description: "No forwarding, no terminal: see restrict in sshd(8)" },
  pty: { type: "boolean", description: "With --restrict, allow a terminal" },
  from: {
    type: "string",
    parse: words,
    valueHint: "address,…",
    description: "Only from these addresses or blocks such as 10.0.0.0/8",
  },
  "expiry-time": { type: "boolean", description: "Also tell sshd the expiry of the key" },
} as const satisfies Args;

/** Arguments of a new key: user, host and account. */
export const account = {
  user: { type: "positional", description: "The user that the client acts for" },
  host: { type: "positional", description: "The host, by the host_name of its keycmd" },
  account: { type: "positional", description: "The login name there" },
} as const satisfies Args;

/** The request fields shared by `keys create` and `keys add`. */
export function requestOf(args: Parsed<typeof newKey & typeof account>): TmsRow {
  const restrictions = {
    ...(args.restrict && { restrict: true }),
    ...(args.pty && { pty: true }),
    ...(args.from !== undefined && { from: args.from }),
    ...(args["expiry-time"] && { expiry_time: true }),
  };
  return {
    client_user_id: args.user,
    host: args.host,
    host_account: args.account,
    num_uses: args.uses,
    ttl_minutes: args.ttl,
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
  };
}

/** A new key with the field types of lists: the API returns some numbers of a new key as text. */
export function newRow(made: TmsRow): TmsRow {
  const numbers = ["key_bits", "max_uses", "remaining_uses"];
  return Object.fromEntries(
    Object.entries(made).map(([field, value]) => [field, numbers.includes(field) ? Number(value) : value]),
  );
}

/** The client id. @throws Fault `bad_request` without --client-id, as only clients can request keys */
export function requireClient(tms: TmsClient): string {
  if (tms.clientId !== undefined) return tms.clientId;
  throw new Fault("bad_request", "only a client can do this", {
    hint: "give --client-id, and its secret with --client-secret-file",
  });
}
