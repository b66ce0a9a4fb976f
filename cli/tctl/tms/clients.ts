import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { enabled, grace } from "./flags.ts";
import {
  byName,
  changes,
  getVerb,
  type ListSpec,
  lsVerb,
  orNotFound,
  printRemoved,
  printUpdated,
  toBoolean,
} from "./list.ts";
import { out, printSecret } from "./secret.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["client", "list"],
  field: "clients",
  columns: [
    ["client", "client_id"],
    ["app", "app_name"],
    ["version", "app_version"],
    ["enabled", "enabled"],
    ["created", "created"],
  ],
  name: (row) => String(row.client_id),
};

const client = { type: "positional", valueHint: "client", description: "The client's id" } as const;
const version = {
  type: "string",
  valueHint: "version",
  description: "The application's version, such as 1.0 or >=1, <2",
} as const;

/** `tctl tms clients`: applications that request keys. */
export const clients = (cx: Context) =>
  group({
    meta: { name: "clients", description: "Applications that request keys" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List clients", [["tctl tms clients ls", ""]]),
      get: async () => getVerb(cx, "client", client, byName(LIST, "client"), [["tctl tms clients get ci", ""]]),
      add: async () => add(cx),
      update: async () => update(cx),
      rotate: async () => rotate(cx),
      rm: async () => rm(cx),
    },
  });

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Register a client and create its secret",
    examples: [
      ["tctl tms clients add ci --out=ci.secret", "writes the secret to a file"],
      ["tctl tms clients add portal-2 --app=portal --app-version=2.0 --format=json", ""],
    ],
    args: {
      app: { type: "string", valueHint: "name", description: "The application's name (default: the client's id)" },
      "app-version": { ...version, default: "1.0" },
      out,
      client,
    },
    async run(tms, args) {
      const app = { app_name: args.app ?? args.client, app_version: args["app-version"] };
      const body = { client_id: args.client, tenant: tms.tenant, ...app };
      await printSecret(cx, { file: args.out, replace: false, field: "client_secret" }, () =>
        tms.post(["client"], { body }),
      );
    },
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Enable or disable a client, or change its version",
    examples: [["tctl tms clients update ci --enabled=no", "disables the client and its keys"]],
    args: { enabled, "app-version": version, client },
    async run(tms, args) {
      const query = changes(
        { enabled: toBoolean(args.enabled), app_version: args["app-version"] },
        "--enabled or --app-version",
      );
      await printUpdated(cx, `client ${args.client}`, tms.patch(["client", "upd", args.client], { query }));
    },
  });

const rotate = (cx: Context) =>
  verb(cx, {
    name: "rotate",
    description: "Replace the secret of a client",
    examples: [["tctl tms clients rotate ci --grace=1h --out=ci.secret", "the old secret stays valid for one hour"]],
    args: { grace, out, client },
    async run(tms, args) {
      const query = { grace_minutes: args.grace };
      await printSecret(cx, { file: args.out, replace: true, field: "client_secret" }, () =>
        orNotFound(`client ${args.client}`, tms.patch(["client", "secret", args.client], { query })),
      );
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a client, with its delegations, keys and reservations",
    examples: [["tctl tms clients rm ci", ""]],
    args: { client },
    run: (tms, args) => printRemoved(cx, `client ${args.client}`, tms.remove(["client", "del", args.client])),
  });
