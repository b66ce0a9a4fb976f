import type { EventCheck, EventRow } from "../../../core/api/schemas.ts";
import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { checkView, eventsView, searchFlags } from "../event-text.ts";
import { verb } from "./verb.ts";

/** `tctl tms events`: what happened in the escrow, for the operator on its machine. */
export const events = (cx: Context) =>
  group({
    meta: { name: "events", description: "What happened in the escrow, by whom" },
    subCommands: { search: async () => search(cx), verify: async () => verify(cx) },
  });

const search = (cx: Context) =>
  verb(cx, {
    name: "search",
    description: "Search the escrow's audit log, on its own machine",
    examples: [
      ["tctl tms events search --event=tms.key.retrieve --from=1h", "which keys hosts asked for"],
      ["tctl tms events search --user=default/ci --format=json", "what the client ci of the tenant default did"],
    ],
    args: searchFlags(cx, "Only what this client or admin did, as TENANT/ID, or retrievals of this user's keys"),
    async run(escrow, args) {
      const { event, user, from, to, limit } = args;
      const found = await escrow.list(["events"], "events", { event, user, from, to, limit });
      await cx.print<EventRow[]>(found, eventsView);
    },
  });

const verify = (cx: Context) =>
  verb(cx, {
    name: "verify",
    description: "Check that no event of the escrow was changed, removed or put elsewhere",
    examples: [["tctl tms events verify || mail -s 'audit log altered' security", ""]],
    args: {},
    async run(escrow) {
      const check = (await escrow.get(["events", "verify"])) as unknown as EventCheck;
      await cx.print<EventCheck>(check, checkView);
      return check.ok ? 0 : 1;
    },
  });
