import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ttl, unsigned, useCount } from "./flags.ts";
import { findKey } from "./key.ts";
import { changes, getVerb, type ListSpec, lsVerb, printRemoved, printUpdated } from "./list.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["pubkeys", "list"],
  field: "pubkeys",
  columns: [
    ["id", "id"],
    ["client", "client_id"],
    ["user", "client_user_id"],
    ["host", "host"],
    ["account", "host_account"],
    ["uses left", "remaining_uses"],
    ["expires", "expires_at"],
    ["fingerprint", "public_key_fingerprint"],
  ],
  name: (row) => String(row.id),
};

const key = {
  type: "positional",
  valueHint: "key",
  description: "The key's id in the list, or its fingerprint",
} as const;

/** `tctl tms keys`: SSH keys of clients. */
export const keys = (cx: Context) =>
  group({
    meta: { name: "keys", description: "SSH keys of clients" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List keys", [["tctl tms keys ls --tenant=physics", ""]]),
      get: async () => getVerb(cx, "key", key, findKey, [["tctl tms keys get 7", ""]]),
      create: async () => (await import("./keys-create.ts")).keysCreate(cx),
      add: async () => (await import("./keys-add.ts")).keysAdd(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Change the number of uses and the lifetime of a key",
    examples: [
      ["tctl tms keys update 7 --uses=10", "ten in total, including past logins"],
      ["tctl tms keys update 7 --ttl=12h", "from now on"],
    ],
    args: {
      uses: {
        type: "string",
        parse: useCount,
        valueHint: "n",
        description: "Total number of logins, including past ones: a number, or unlimited",
      },
      ttl: { ...ttl, required: false },
      key,
    },
    async run(tms, args) {
      const fields = changes(
        {
          max_uses: args.uses === undefined ? undefined : unsigned(args.uses),
          ttl_minutes: args.ttl === undefined ? undefined : unsigned(args.ttl),
        },
        "--uses or --ttl",
      );
      const { client_id, host, public_key_fingerprint } = await findKey(tms, args.key);
      const body = { tenant: tms.tenant, client_id, host, public_key_fingerprint, ...fields };
      await printUpdated(cx, `key ${args.key}`, tms.patch(["pubkeys"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Revoke a key and remove its reservations",
    examples: [["tctl tms keys rm 7", ""]],
    args: { key },
    async run(tms, args) {
      const { client_id, host, public_key_fingerprint } = await findKey(tms, args.key);
      const body = { tenant: tms.tenant, client_id, host, public_key_fingerprint };
      await printRemoved(cx, `key ${args.key}`, tms.remove(["pubkeys", "del"], { body }));
    },
  });
