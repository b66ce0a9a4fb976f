import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const audit = (cx: Context) =>
  group({
    meta: { name: "audit", description: "What happened, by whom" },
    subCommands: {
      search: async () => (await import("./audit-search.ts")).auditSearch(cx),
      tail: async () => (await import("./audit-tail.ts")).auditTail(cx),
      verify: async () => (await import("./audit-verify.ts")).auditVerify(cx),
    },
  });
