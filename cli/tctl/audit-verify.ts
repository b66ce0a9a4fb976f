import type { EventCheck } from "../../core/api/client.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { checkView } from "./event-text.ts";
import { globals } from "./globals.ts";

/** `tctl audit verify`: whether the log is whole. Exit status 1 when it is not. */
export const auditVerify = (cx: Context) =>
  command({
    meta: {
      name: "verify",
      description: "Check that no audit event was changed, removed or put elsewhere",
      examples: [["tctl audit verify || mail -s 'audit log altered' security", ""]],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const check = await withAuth(cx, args, (api) => api.verifyEvents());
      await cx.print<EventCheck>(check, checkView);
      return check.ok ? 0 : 1;
    },
  });
