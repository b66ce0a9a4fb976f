import type { UserRow } from "../../core/api/schema.ts";
import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { usersView } from "./users-ls.ts";
import { words } from "./words.ts";

/** `tctl users update`: replaces roles or logins. */
export const usersUpdate = (cx: Context) =>
  command({
    meta: {
      name: "update",
      description: "Change a user's roles or logins; what is taken away ends at once",
      examples: [
        ["tctl users update alice --roles=access,auditor", ""],
        ["tctl users update alice --logins=alice", ""],
      ],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      roles: { type: "string", parse: words, valueHint: "a,b", description: "The roles from now on" },
      logins: { type: "string", parse: words, valueHint: "a,b", description: "The logins from now on" },
    },
    async run({ args }) {
      const { roles, logins } = args;
      if (roles === undefined && logins === undefined)
        throw new Fault("bad_request", "nothing to change", { hint: "give --roles, --logins or both" });
      const change = { ...(roles && { roles }), ...(logins && { logins }) };
      const user = await withAuth(cx, args, (api) => api.updateUser(args.name, change));
      await cx.print<UserRow>(user, { text: (row, style) => usersView().text([row], style) });
    },
  });
