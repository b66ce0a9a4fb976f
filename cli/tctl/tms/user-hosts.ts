import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { addVerb, type Grant, rmVerb, updateVerb } from "./grant.ts";
import { byNumber, getVerb, type ListSpec, lsVerb } from "./list.ts";

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

const LINK: Grant<"user" | "host" | "account"> = {
  route: "userhosts",
  args: {
    user: { type: "positional", description: "The user" },
    host: { type: "positional", description: "The host, by the host_name of its keycmd" },
    account: { type: "positional", description: "The user's login name there" },
  },
  fieldsOf: ({ user, host, account }) => ({ tms_user_id: user, host, host_account: account }),
  nameOf: ({ user, host, account }) => `link of ${user} to ${account} on ${host}`,
};

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
      add: async () =>
        addVerb(cx, LINK, {
          description: "Link a user to an account on a host",
          examples: [["tctl tms user-hosts add alice db1 postgres --ttl=30d", "alice may be postgres on db1"]],
        }),
      update: async () =>
        updateVerb(cx, LINK, {
          description: "Change how long a link is valid",
          examples: [["tctl tms user-hosts update alice db1 postgres --ttl=90d", "from now on"]],
        }),
      rm: async () =>
        rmVerb(cx, LINK, {
          description: "Remove a link, with its keys",
          examples: [["tctl tms user-hosts rm alice db1 postgres", ""]],
        }),
    },
  });
