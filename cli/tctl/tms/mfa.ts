import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { enabled, ttl } from "./flags.ts";
import {
  byName,
  changes,
  getVerb,
  type ListSpec,
  lsVerb,
  printRemoved,
  printUpdated,
  rowText,
  toBoolean,
} from "./list.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["usermfa", "list"],
  field: "users",
  columns: [
    ["user", "tms_user_id"],
    ["enabled", "enabled"],
    ["expires", "expires_at"],
  ],
  name: (row) => String(row.tms_user_id),
};

const user = { type: "positional", valueHint: "user", description: "The user" } as const;

/** `tctl tms mfa`: users and the expiry of their MFA proof. */
export const mfa = (cx: Context) =>
  group({
    meta: { name: "mfa", description: "Users and the expiry of their MFA proof" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List users", [["tctl tms mfa ls", ""]]),
      get: async () => getVerb(cx, "user", user, byName(LIST, "usermfa"), [["tctl tms mfa get alice", ""]]),
      add: async () => add(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Record an MFA proof of a user",
    examples: [["tctl tms mfa add alice --ttl=30d", "for thirty days"]],
    args: { ttl, user },
    async run(tms, args) {
      const body = { tenant: tms.tenant, tms_user_id: args.user, ttl_minutes: args.ttl };
      await cx.print(await tms.post(["usermfa"], { body }), { text: rowText });
    },
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Enable or disable a user, or record a new MFA proof",
    examples: [
      ["tctl tms mfa update alice --ttl=30d", "from now on"],
      ["tctl tms mfa update alice --enabled=no", "disables all keys of alice"],
    ],
    args: { ttl: { ...ttl, required: false }, enabled, user },
    async run(tms, args) {
      const fields = changes({ enabled: toBoolean(args.enabled), ttl_minutes: args.ttl }, "--enabled or --ttl");
      const body = { tenant: tms.tenant, tms_user_id: args.user, ...fields };
      await printUpdated(cx, `user ${args.user}`, tms.patch(["usermfa", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a user, with all links, delegations and keys",
    examples: [["tctl tms mfa rm alice", ""]],
    args: { user },
    run: (tms, args) => printRemoved(cx, `user ${args.user}`, tms.remove(["usermfa", "del", args.user])),
  });
