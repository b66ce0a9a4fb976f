import { group } from "../../command.ts";
import type { Context } from "../../context.ts";

export const proxy = (cx: Context) =>
  group({
    meta: { name: "proxy", description: "Ways to machines for other programs" },
    subCommands: {
      ssh: async () => (await import("./proxy-command.ts")).proxySsh(cx),
    },
  });
