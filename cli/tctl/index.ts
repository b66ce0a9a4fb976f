import { group } from "../command.ts";
import type { Context } from "../context.ts";
import { globals } from "./flags.ts";

/** The tool `tctl`: administration of a cluster. */
export const tctl = (cx: Context) =>
  group({
    meta: {
      name: "tctl",
      description: "administer a cluster",
      examples: [
        ["tctl status", "certificate authorities and counts"],
        ["tctl users add alice --logins=alice,root", "invite a user"],
        ["tctl nodes add", "a join token for a machine"],
      ],
    },
    args: globals,
    subCommands: {
      status: async () => (await import("./status.ts")).status(cx),
      users: async () => (await import("./users.ts")).users(cx),
      nodes: async () => (await import("./nodes.ts")).nodes(cx),
      tokens: async () => (await import("./tokens.ts")).tokens(cx),
      get: async () => (await import("./resources/get.ts")).get(cx),
      create: async () => (await import("./resources/create.ts")).create(cx),
      rm: async () => (await import("./resources/rm.ts")).rm(cx),
      edit: async () => (await import("./resources/edit.ts")).edit(cx),
      diff: async () => (await import("./resources/diff.ts")).diff(cx),
      auth: async () => (await import("./auth.ts")).auth(cx),
      lock: async () => (await import("./locks.ts")).lock(cx),
      locks: async () => (await import("./locks.ts")).locks(cx),
      access: async () => (await import("./access.ts")).access(cx),
      audit: async () => (await import("./audit.ts")).audit(cx),
      tms: async () => (await import("./tms/index.ts")).tms(cx),
      version: async () => (await import("../common/version.ts")).version(cx),
      completion: async () => (await import("../common/completion.ts")).completion(cx),
    },
  });
