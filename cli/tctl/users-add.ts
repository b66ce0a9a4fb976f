import { parseDuration } from "../../core/duration.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { invitationView } from "./invitation.ts";
import { words } from "./words.ts";

/** `tctl users add`: a user, and the link with which they choose a password. */
export const usersAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Invite a user",
      examples: [
        ["tctl users add alice --logins=alice,root", "logs in to every machine as alice or root"],
        ["tctl users add carol --roles=auditor", "reads the audit log"],
        ["tctl users add ci --kind=bot --logins=deploy --format=json", "for scripts"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      logins: {
        type: "string",
        parse: words,
        valueHint: "a,b",
        description: "Logins on machines that roles grant as {{internal.logins}}",
      },
      roles: { type: "string", default: "access", parse: words, valueHint: "a,b", description: "Roles" },
      ttl: { type: "string", default: "1h", parse: parseDuration, description: "How long the sign-up link works" },
      kind: { type: "enum", options: ["human", "bot"], default: "human", description: "A person or a robot" },
    },
    async run({ args }) {
      const invitation = await withAuth(cx, args, (api) =>
        api.createUser({
          name: args.name,
          kind: args.kind,
          roles: args.roles,
          traits: args.logins === undefined ? {} : { logins: args.logins },
          ttl_seconds: args.ttl,
        }),
      );
      await cx.print(invitation, invitationView);
    },
  });
