import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const tokens = (cx: Context) =>
  group({
    meta: { name: "tokens", description: "Secrets with which machines join" },
    subCommands: {
      add: async () => (await import("./tokens-add.ts")).tokensAdd(cx),
      ls: async () => (await import("./tokens-ls.ts")).tokensLs(cx),
      rm: async () => (await import("./tokens-rm.ts")).tokensRm(cx),
    },
  });
