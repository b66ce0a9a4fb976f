import { group } from "../command.ts";
import type { Context } from "../context.ts";

/** The operator's side: users, roles, nodes, certificates, audit. */
export const tctl = (cx: Context) =>
  group({
    meta: {
      name: "tctl",
      description: "run a cluster",
      examples: [
        ["tctl status", "certificate authorities and counts"],
        ["tctl users add alice --logins=alice,root", "invite a user"],
        ["tctl nodes add", "a token with which a machine joins"],
      ],
    },
    subCommands: {
      version: async () => (await import("../common/version.ts")).version(cx),
    },
  });
