import type { UserRow } from "../../core/api/schema.ts";
import { command, listing } from "../command.ts";
import type { Context } from "../context.ts";
import { table, type View } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl users ls`. */
export const usersLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List users",
      examples: [
        ["tctl users ls", ""],
        ["tctl users ls --format=json | jq -r '.[] | select(.status.locked_until) | .metadata.name'", "who is locked"],
      ],
    },
    args: { ...globals, ...listing },
    async run({ args }) {
      const users = await withAuth(cx, args, (api) => api.list("user"));
      await cx.print(users as UserRow[], usersView());
    },
  });

export function usersView(): View<UserRow[]> {
  return {
    text: (rows, style) =>
      table(
        ["user", "roles", "logins", "state"],
        rows.map(({ metadata, spec, status }) => [
          metadata.name,
          spec.roles.join(","),
          (spec.traits.logins ?? []).join(","),
          stateOf(status),
        ]),
        style,
      ),
    names: (rows) => rows.map((row) => row.metadata.name),
  };
}

function stateOf(status: UserRow["status"]): string {
  if (status.locked_until !== undefined) return `locked until ${status.locked_until}`;
  return status.enrolled ? "active" : "invited";
}
