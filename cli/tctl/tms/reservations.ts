import { Fault } from "../../../core/fault.ts";
import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { TmsClient } from "./client.ts";
import { lifetime } from "./flags.ts";
import { findKey, requireClient } from "./key.ts";
import { getVerb, type ListSpec, lsVerb, orNotFound, printRemoved, rowText } from "./list.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["reservations", "list"],
  field: "reservations",
  columns: [
    ["client", "client_id"],
    ["reservation", "resid"],
    ["parent", "parent_resid"],
    ["user", "client_user_id"],
    ["host", "host"],
    ["expires", "expires_at"],
    ["fingerprint", "public_key_fingerprint"],
  ],
  name: (row) => `${String(row.client_id)}/${String(row.resid)}`,
};

const reservation = {
  type: "positional",
  valueHint: "[client/]id",
  description: "The reservation; the client is optional with --client-id",
} as const;

/** `tctl tms reservations`: reservations that keep a key valid during a long operation. */
export const reservations = (cx: Context) =>
  group({
    meta: { name: "reservations", description: "Reservations that keep a key valid during a long operation" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List reservations", [["tctl tms reservations ls", ""]]),
      get: async () =>
        getVerb(cx, "reservation", reservation, (tms, word) => tms.get(["reservations", ...named(tms, word)]), [
          ["tctl tms reservations get ci/0b8f1c2e-6a34-4d0e-9d51-2f1e6a3c7b90", ""],
        ]),
      create: async () => create(cx),
      extend: async () => extend(cx),
      rm: async () => rm(cx),
    },
  });

/** Splits `CLIENT/ID`, or adds the own client id. Ids contain no slash; client names may. */
function named(tms: TmsClient, word: string): [client: string, resid: string] {
  const slash = word.lastIndexOf("/");
  const client = slash === -1 ? tms.clientId : word.slice(0, slash);
  if (client === undefined)
    throw new Fault("bad_request", `whose reservation is "${word}"?`, { hint: "write it as CLIENT/ID" });
  return [client, word.slice(slash + 1)];
}

const create = (cx: Context) =>
  verb(cx, {
    name: "create",
    description: "Reserve a key for an operation that takes longer than the key is valid",
    examples: [
      [
        "tctl tms reservations create 7 --ttl=12h --client-id=ci --client-secret-file=ci.secret",
        "key 7 works for twelve hours",
      ],
    ],
    args: {
      ttl: {
        type: "string",
        default: "48h",
        parse: lifetime,
        valueHint: "duration",
        description: "Lifetime, at most 48h",
      },
      key: { type: "positional", description: "The key's id in the list, or its fingerprint" },
    },
    async run(tms, args) {
      requireClient(tms);
      const { client_user_id, host, public_key_fingerprint } = await findKey(tms, args.key);
      const body = { client_user_id, host, public_key_fingerprint, ttl_minutes: args.ttl };
      await cx.print(await tms.post(["reservations"], { body }), { text: rowText });
    },
  });

const extend = (cx: Context) =>
  verb(cx, {
    name: "extend",
    description: "Extend a reservation to a key; the extension ends with the reservation",
    examples: [
      [
        "tctl tms reservations extend 0b8f1c2e-6a34-4d0e-9d51-2f1e6a3c7b90 --key=8 --client-id=ci --client-secret-file=ci.secret",
        "key 8 works as long as the reservation",
      ],
    ],
    args: {
      key: {
        type: "string",
        valueHint: "id|fingerprint",
        description: "Key to extend to (default: the reservation's key)",
      },
      reservation,
    },
    async run(tms, args) {
      requireClient(tms);
      const [client, parent_resid] = named(tms, args.reservation);
      const about =
        args.key === undefined
          ? await orNotFound(`reservation ${args.reservation}`, tms.get(["reservations", client, parent_resid]))
          : await findKey(tms, args.key);
      const { client_user_id, host, public_key_fingerprint } = about;
      const body = { client_user_id, host, public_key_fingerprint, parent_resid };
      const extension = tms.post(["reservations", "extend"], { body });
      await cx.print(await orNotFound(`reservation ${args.reservation}`, extension), { text: rowText });
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a reservation",
    examples: [
      [
        "tctl tms reservations rm --related ci/0b8f1c2e-6a34-4d0e-9d51-2f1e6a3c7b90",
        "with the reservations that extend it",
      ],
    ],
    args: { related: { type: "boolean", description: "Also remove the reservations that extend it" }, reservation },
    async run(tms, args) {
      const path = ["reservations", "del", ...(args.related ? ["related"] : []), ...named(tms, args.reservation)];
      await printRemoved(cx, `reservation ${args.reservation}`, tms.remove(path));
    },
  });
