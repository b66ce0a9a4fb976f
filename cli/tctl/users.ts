import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const users = (cx: Context) =>
  group({
    meta: { name: "users", description: "People and robots who may log in" },
    subCommands: {
      add: async () => (await import("./users-add.ts")).usersAdd(cx),
      ls: async () => (await import("./users-ls.ts")).usersLs(cx),
      rm: async () => (await import("./users-rm.ts")).usersRm(cx),
      update: async () => (await import("./users-update.ts")).usersUpdate(cx),
      reset: async () => (await import("./users-reset.ts")).usersReset(cx),
      unlock: async () => (await import("./users-unlock.ts")).usersUnlock(cx),
    },
  });
