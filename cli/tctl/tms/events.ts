import type { EventCheck, EventRow } from "../../../core/api/client.ts";
import { command, group, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { table } from "../../output.ts";
import { eventCells, moment } from "../event-text.ts";
import { wholeNumber } from "../words.ts";
import { openEscrow } from "./escrow.ts";
import { escrowFlags } from "./flags.ts";

/** `tctl tms events`: what happened in the escrow, for the operator on its machine. */
export const events = (cx: Context) =>
  group({
    meta: { name: "events", description: "What happened in the escrow, by whom" },
    subCommands: { search: async () => search(cx), verify: async () => verify(cx) },
  });

const search = (cx: Context) =>
  command({
    meta: {
      name: "search",
      description: "Search the escrow's audit log, on its own machine",
      examples: [
        ["tctl tms events search --event=tms.key.retrieve --from=1h", "which keys hosts asked for"],
        ["tctl tms events search --user=default/ci --format=json", "what the client ci of the tenant default did"],
      ],
    },
    args: {
      ...escrowFlags,
      ...printing,
      event: { type: "string", valueHint: "name", description: "Only this kind of event" },
      user: { type: "string", description: "Only what this client or admin did, as TENANT/ID" },
      from: {
        type: "string",
        parse: moment(cx),
        valueHint: "time",
        description: "From then on: RFC 3339, or 24h for a day ago",
      },
      to: { type: "string", parse: moment(cx), valueHint: "time", description: "Until then" },
      limit: { type: "string", default: "200", parse: wholeNumber, description: "At most so many, the newest" },
    },
    async run({ args }) {
      const { event, user, from, to, limit } = args;
      const escrow = await openEscrow(cx, args);
      const found = await escrow.list(["events"], "events", { event, user, from, to, limit });
      await cx.print<EventRow[]>(found, {
        text: (rows, style) => table(["time", "event", "code", "user", "what"], rows.map(eventCells), style),
      });
    },
  });

const verify = (cx: Context) =>
  command({
    meta: {
      name: "verify",
      description: "Check that no event of the escrow was changed, removed or put elsewhere",
      examples: [["tctl tms events verify || mail -s 'audit log altered' security", ""]],
    },
    args: { ...escrowFlags, ...printing },
    async run({ args }) {
      const escrow = await openEscrow(cx, args);
      const check = (await escrow.get(["events", "verify"])) as unknown as EventCheck;
      await cx.print<EventCheck>(check, {
        text: ({ ok, records, problem }) =>
          ok ? `the audit log is whole: ${records} events` : `the audit log has been altered: ${problem ?? ""}`,
      });
      return check.ok ? 0 : 1;
    },
  });
