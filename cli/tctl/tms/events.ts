import type { EventCheck, EventRow } from "../../../core/api/schemas.ts";
import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { checkView, eventsView, searchFlags } from "../event-text.ts";
import { verb } from "./verb.ts";

/** `tctl tms events`: the audit log of tms, on its own machine. */
export const events = (cx: Context) =>
  group({
    meta: { name: "events", description: "Audit log of the escrow" },
    subCommands: { search: async () => search(cx), verify: async () => verify(cx) },
  });

const search = (cx: Context) =>
  verb(cx, {
    name: "search",
    description: "Search the escrow's audit log, on its own machine",
    examples: [
      ["tctl tms events search --event=tms.key.retrieve --from=1h", "key retrievals of the last hour"],
      ["tctl tms events search --user=default/ci --format=json", "events of the client ci of the tenant default"],
    ],
    args: searchFlags(cx, "Only events of this client or admin, as TENANT/ID, or retrievals of this user's keys"),
    async run(tms, args) {
      const { event, user, from, to, limit } = args;
      const found = await tms.list(["events"], "events", { event, user, from, to, limit });
      await cx.print<EventRow[]>(found, eventsView);
    },
  });

const verify = (cx: Context) =>
  verb(cx, {
    name: "verify",
    description: "Verify that no event of the escrow was changed, removed or moved",
    examples: [["tctl tms events verify || mail -s 'audit log altered' security", ""]],
    args: {},
    async run(tms) {
      const check = (await tms.get(["events", "verify"])) as unknown as EventCheck;
      await cx.print<EventCheck>(check, checkView);
      return check.ok ? 0 : 1;
    },
  });
