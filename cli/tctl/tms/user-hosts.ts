import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ttl } from "./flags.ts";
import { byNumber, getVerb, type ListSpec, lsVerb, printRemoved, printUpdated, rowText } from "./list.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["userhosts", "list"],
  field: "users",
  columns: [
    ["id", "id"],
    ["user", "tms_user_id"],
    ["host", "host"],
    ["account", "host_account"],
    ["expires", "expires_at"],
  ],
  name: (row) => String(row.id),
};

const link = {
  user: { type: "positional", description: "The user" },
  host: { type: "positional", description: "The host, by the host_name of its keycmd" },
  account: { type: "positional", description: "The user's login name there" },
} as const;

/** `tctl tms user-hosts`: links of users to accounts on hosts. */
export const userHosts = (cx: Context) =>
  group({
    meta: { name: "user-hosts", description: "Links of users to accounts on hosts" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List links of users and accounts", [["tctl tms user-hosts ls", ""]]),
      get: async () =>
        getVerb(cx, "link", { description: "Its id in the list", valueHint: "id" }, byNumber("userhosts"), [
          ["tctl tms user-hosts get 7", ""],
        ]),
      add: async () => add(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

interface LinkArgs {
  readonly user: string;
  readonly host: string;
  readonly account: string;
}

const fieldsOf = (tenant: string, { user, host, account }: LinkArgs) => ({
  tenant,
  tms_user_id: user,
  host,
  host_account: account,
});
const nameOf = ({ user, host, account }: LinkArgs) => `link of ${user} to ${account} on ${host}`;

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Link a user to an account on a host",
    examples: [["tctl tms user-hosts add alice db1 postgres --ttl=30d", "alice may be postgres on db1"]],
    args: { ttl, ...link },
    async run(tms, args) {
      const body = { ...fieldsOf(tms.tenant, args), ttl_minutes: args.ttl };
      await cx.print(await tms.post(["userhosts"], { body }), { text: rowText });
    },
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Change how long a link is valid",
    examples: [["tctl tms user-hosts update alice db1 postgres --ttl=90d", "from now on"]],
    args: { ttl, ...link },
    async run(tms, args) {
      const body = { ...fieldsOf(tms.tenant, args), ttl_minutes: args.ttl };
      await printUpdated(cx, nameOf(args), tms.patch(["userhosts", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a link, with its keys",
    examples: [["tctl tms user-hosts rm alice db1 postgres", ""]],
    args: link,
    async run(tms, args) {
      const body = fieldsOf(tms.tenant, args);
      await printRemoved(cx, nameOf(args), tms.remove(["userhosts", "del"], { body }));
    },
  });
