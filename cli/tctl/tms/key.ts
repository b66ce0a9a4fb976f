import { Fault } from "../../../core/fault.ts";
import type { Args, Parsed } from "../../command.ts";
import { words } from "../flags.ts";
import type { TmsClient, TmsRow } from "./client.ts";
import { ttl, useCount } from "./flags.ts";
import { orNotFound } from "./list.ts";

/** The key of this number or fingerprint. @throws Fault `not_found`; `conflict` when several hosts know the fingerprint. */
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

/** For whom and where a new key is, and what it may be used for. */
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

/** The account that a new key opens, and in whose name. */
export const account = {
  user: { type: "positional", description: "The user that the client acts for" },
  host: { type: "positional", description: "The host, by the host_name of its keycmd" },
  account: { type: "positional", description: "The login name there" },
} as const satisfies Args;

/** The fields of a request for a key that both ways to have one share. */
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

/** A key as it was made, in the types of the lists: the interface answers some of a new key's numbers as text. */
export function newRow(made: TmsRow): TmsRow {
  const numbers = ["key_bits", "max_uses", "remaining_uses"];
  return Object.fromEntries(
    Object.entries(made).map(([field, value]) => [field, numbers.includes(field) ? Number(value) : value]),
  );
}

/** Keys are for clients only, whoever else may ask. @throws Fault `bad_request`. */
export function requireClient(tms: TmsClient): string {
  if (tms.clientId !== undefined) return tms.clientId;
  throw new Fault("bad_request", "only a client can do this", {
    hint: "give --client-id, and its secret with --client-secret-file",
  });
}
