import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const authority = (cx: Context) =>
  group({
    meta: { name: "auth", description: "Certificate authorities" },
    subCommands: {
      sign: async () => (await import("./auth-sign.ts")).authSign(cx),
      export: async () => (await import("./auth-export.ts")).authExport(cx),
    },
  });
