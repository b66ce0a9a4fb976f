import { group } from "../../command.ts";
import type { Context } from "../../context.ts";

export const access = (cx: Context) =>
  group({
    meta: { name: "access", description: "Who may do what, and why" },
    subCommands: {
      explain: async () => (await import("../access.ts")).accessExplain(cx),
    },
  });
