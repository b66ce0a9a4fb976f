import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const locks = (cx: Context) =>
  group({
    meta: { name: "locks", description: "Locks that are in force" },
    subCommands: {
      ls: async () => (await import("./locks-ls.ts")).locksLs(cx),
      rm: async () => (await import("./locks-rm.ts")).locksRm(cx),
    },
  });
