import { randomUUID } from "node:crypto";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { Lock } from "../../core/resource/lock.ts";
import { command, group, listing, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { table } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals } from "./flags.ts";
import { labelText } from "./nodes.ts";

export const locks = (cx: Context) =>
  group({
    meta: { name: "locks", description: "Locks that are in force" },
    subCommands: {
      ls: async () => locksLs(cx),
      rm: async () => locksRm(cx),
    },
  });

/** `tctl lock`: locks a user, role, login, node or second factor, and ends open sessions. */
export const lock = (cx: Context) =>
  command({
    meta: {
      name: "lock",
      description: "Lock a user, role, login, node or second factor, and end open sessions",
      examples: [
        ["tctl lock --user=mallory --message='call security' --ttl=24h", ""],
        ["tctl lock --node=0d2e…", "no sessions on this node until the lock is removed"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      user: { type: "string", description: "Lock this user" },
      role: { type: "string", description: "Lock all users with this role" },
      login: { type: "string", description: "Lock this login on every node" },
      node: { type: "string", description: "Lock this node (UUID or host name)" },
      "mfa-device": { type: "string", description: "Lock this second factor" },
      message: { type: "string", description: "Message for locked users" },
      ttl: { type: "string", parse: parseDuration, description: "Lifetime of the lock (default: until it is removed)" },
    },
    async run({ args }) {
      const { user, role, login, node, message, ttl } = args;
      if ([user, role, login, node, args["mfa-device"]].every((one) => one === undefined))
        throw new Fault("bad_request", "no target to lock is given", {
          hint: "give --user, --role, --login, --node or several of them",
        });
      const device = args["mfa-device"];
      const expires = ttl === undefined ? undefined : new Date(cx.now().getTime() + ttl * 1000).toISOString();
      const body = {
        kind: "lock",
        metadata: { name: randomUUID(), ...(expires && { expires }) },
        spec: {
          target: {
            ...(user !== undefined && { user }),
            ...(role !== undefined && { role }),
            ...(login !== undefined && { login }),
            ...(node !== undefined && { node }),
            ...(device !== undefined && { mfa_device: device }),
          },
          ...(message !== undefined && { message }),
        },
      };
      const made = await withAuth(cx, args, (api) => api.create("lock", body));
      await cx.print<Lock>(made, { text: (l) => l.metadata.name });
    },
  });

/** `tctl locks ls`. */
export const locksLs = (cx: Context) =>
  command({
    meta: { name: "ls", description: "List the locks in force", examples: [["tctl locks ls", ""]] },
    args: { ...globals, ...listing },
    async run({ args }) {
      const locks = await withAuth(cx, args, (api) => api.list("lock"));
      await cx.print<Lock[]>(locks, {
        text: (rows, style) =>
          table(
            ["lock", "target", "expires", "message"],
            rows.map(({ metadata, spec }) => [
              metadata.name,
              labelText(spec.target as Record<string, string>),
              metadata.expires ?? "never",
              spec.message ?? "",
            ]),
            style,
          ),
        names: (rows) => rows.map((row) => row.metadata.name),
      });
    },
  });

/** `tctl locks rm`. */
export const locksRm = (cx: Context) =>
  command({
    meta: { name: "rm", description: "Remove locks", examples: [["tctl locks rm 5f1c…", "a name from tctl locks ls"]] },
    args: { ...globals, names: { type: "positional", multiple: true, description: "Names of locks" } },
    async run({ args }) {
      await withAuth(cx, args, async (api) => {
        for (const name of args.names) {
          await api.remove("lock", name);
          cx.tell(`removed the lock ${name}`);
        }
      });
    },
  });
