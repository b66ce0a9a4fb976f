import type { Invitation, UserRow } from "../../core/api/schemas.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { command, group, listing, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { localTime, table, type View } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals, words } from "./flags.ts";

export const users = (cx: Context) =>
  group({
    meta: { name: "users", description: "User accounts" },
    subCommands: {
      add: async () => usersAdd(cx),
      ls: async () => usersLs(cx),
      rm: async () => usersRm(cx),
      update: async () => usersUpdate(cx),
      reset: async () => usersReset(cx),
      unlock: async () => usersUnlock(cx),
    },
  });

/** `tctl users add`: creates a user and a sign-up link. */
export const usersAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Invite a user",
      examples: [
        ["tctl users add alice --logins=alice,root", "logins alice and root on every machine"],
        ["tctl users add carol --roles=auditor", "reads the audit log"],
        ["tctl users add ci --kind=bot --logins=deploy --format=json", "for scripts"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      logins: {
        type: "string",
        parse: words,
        valueHint: "a,b",
        description: "Value of the trait logins, which roles grant as {{internal.logins}}",
      },
      roles: { type: "string", default: "access", parse: words, valueHint: "a,b", description: "Roles" },
      ttl: { type: "string", default: "1h", parse: parseDuration, description: "Lifetime of the sign-up link" },
      kind: { type: "enum", options: ["human", "bot"], default: "human", description: "Person or program" },
    },
    async run({ args }) {
      const invitation = await withAuth(cx, args, (api) =>
        api.createUser({
          name: args.name,
          kind: args.kind,
          roles: args.roles,
          traits: args.logins === undefined ? {} : { logins: args.logins },
          ttl_seconds: args.ttl,
        }),
      );
      await cx.print(invitation, invitationView);
    },
  });

/** `tctl users ls`. */
export const usersLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List users",
      examples: [
        ["tctl users ls", ""],
        ["tctl users ls --format=json | jq -r '.[] | select(.status.locked_until) | .metadata.name'", "locked users"],
      ],
    },
    args: { ...globals, ...listing },
    async run({ args }) {
      const users = await withAuth(cx, args, (api) => api.list("user"));
      await cx.print(users, usersView());
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

/** `tctl users update`: replaces roles or logins. */
export const usersUpdate = (cx: Context) =>
  command({
    meta: {
      name: "update",
      description: "Change a user's roles or logins; revoked rights end at once",
      examples: [
        ["tctl users update alice --roles=access,auditor", ""],
        ["tctl users update alice --logins=alice", ""],
      ],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      roles: { type: "string", parse: words, valueHint: "a,b", description: "New list of roles" },
      logins: { type: "string", parse: words, valueHint: "a,b", description: "New list of logins" },
    },
    async run({ args }) {
      const { roles, logins } = args;
      if (roles === undefined && logins === undefined)
        throw new Fault("bad_request", "nothing to change", { hint: "give --roles, --logins or both" });
      const change = { ...(roles && { roles }), ...(logins && { logins }) };
      const user = await withAuth(cx, args, (api) => api.updateUser(args.name, change));
      await cx.print<UserRow>(user, { text: (row, style) => usersView().text([row], style) });
    },
  });

/** `tctl users reset`: creates a link for a new password and second factor. */
export const usersReset = (cx: Context) =>
  command({
    meta: {
      name: "reset",
      description: "Create a link for setting a new password and second factor",
      examples: [["tctl users reset alice", "the current ones stay valid until the link is used"]],
    },
    args: {
      ...globals,
      ...printing,
      name: { type: "positional", description: "User name" },
      ttl: { type: "string", default: "8h", parse: parseDuration, description: "Lifetime of the link" },
    },
    async run({ args }) {
      const invitation = await withAuth(cx, args, (api) => api.resetUser(args.name, { ttl_seconds: args.ttl }));
      await cx.print(invitation, invitationView);
    },
  });

/** `tctl users unlock`: ends the lock after failed logins. */
export const usersUnlock = (cx: Context) =>
  command({
    meta: {
      name: "unlock",
      description: "Unlock a user that was locked after five failed logins",
      examples: [["tctl users unlock alice", ""]],
    },
    args: { ...globals, name: { type: "positional", description: "User name" } },
    async run({ args }) {
      await withAuth(cx, args, (api) => api.unlockUser(args.name));
      cx.tell(`${args.name} may try again`);
    },
  });

/** `tctl users rm`: removes users; their certificates become invalid at once. */
export const usersRm = (cx: Context) =>
  command({
    meta: {
      name: "rm",
      description: "Remove users; their certificates stop working at once",
      examples: [["tctl users rm alice bob", ""]],
    },
    args: {
      ...globals,
      names: { type: "positional", multiple: true, description: "User names" },
    },
    async run({ args }) {
      await withAuth(cx, args, async (api) => {
        for (const name of args.names.flatMap(words)) {
          await api.remove("user", name);
          cx.tell(`removed the user ${name}`);
        }
      });
    },
  });

/** The invitation to pass on to the user. */
export const invitationView: View<Invitation> = {
  text: ({ user, url, expires }, style) =>
    [
      `${user} signs up here, once, before ${localTime(new Date(expires))}:`,
      "",
      `  ${style.bold(url)}`,
      "",
      "in a browser, or in a terminal with",
      "",
      `  tsh signup ${url}`,
    ].join("\n"),
};
