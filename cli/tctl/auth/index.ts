import { group } from "../../command.ts";
import type { Context } from "../../context.ts";

export const authority = (cx: Context) =>
  group({
    meta: { name: "auth", description: "Certificate authorities" },
    subCommands: {
      sign: async () => (await import("../auth.ts")).authSign(cx),
      export: async () => (await import("./export.ts")).authExport(cx),
    },
  });
