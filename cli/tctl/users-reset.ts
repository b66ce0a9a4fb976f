import { parseDuration } from "../../core/duration.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { invitationView } from "./invitation.ts";

/** `tctl users reset`: a new link for somebody who lost password or phone. */
export const usersReset = (cx: Context) =>
  command({
    meta: {
      name: "reset",
      description: "Make a link with which a user sets a new password and second factor",
      examples: [["tctl users reset alice", "the old ones work until the link is used"]],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      ttl: { type: "string", default: "8h", parse: parseDuration, description: "How long the link works" },
    },
    async run({ args }) {
      const invitation = await withAuth(cx, args, (api) => api.resetUser(args.name, args.ttl));
      await cx.print(invitation, invitationView);
    },
  });
