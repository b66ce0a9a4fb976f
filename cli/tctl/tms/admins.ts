import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { grace } from "./flags.ts";
import { type ListSpec, lsVerb, orNotFound, printRemoved } from "./list.ts";
import { out, printSecret } from "./secret.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["admins", "list"],
  field: "admins",
  columns: [
    ["admin", "admin_id"],
    ["created", "created"],
    ["updated", "updated"],
  ],
  name: (row) => String(row.admin_id),
};

const admin = { type: "positional", valueHint: "admin", description: "The admin's id" } as const;

/** `tctl tms admins`: administrators of a tenant. */
export const admins = (cx: Context) =>
  group({
    meta: { name: "admins", description: "Administrators of a tenant" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List the admins of a tenant", [["tctl tms admins ls --tenant=physics", ""]]),
      add: async () => add(cx),
      rotate: async () => rotate(cx),
      rm: async () => rm(cx),
    },
  });

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Create an admin of a tenant and its secret",
    examples: [
      ["tctl tms admins add --tenant=default --format=json", "as tenant, admin_id and admin_secret"],
      ["tctl tms admins add --tenant=physics '~~ops' --out=ops.secret", ""],
    ],
    args: { out, admin: { ...admin, default: "~~admin", description: "The admin's id" } },
    async run(tms, args) {
      const body = { tenant: tms.tenant, admin_id: args.admin };
      await printSecret(cx, { file: args.out, replace: false, field: "admin_secret" }, async () => {
        const { tenant, admin_id, admin_secret } = await tms.post(["admins"], { body });
        return { tenant, admin_id, admin_secret };
      });
    },
  });

const rotate = (cx: Context) =>
  verb(cx, {
    name: "rotate",
    description: "Replace the secret of an admin",
    examples: [["tctl tms admins rotate '~~admin' --grace=1h", "the old secret stays valid for one hour"]],
    args: { grace, out, admin },
    async run(tms, args) {
      const query = { grace_minutes: args.grace };
      await printSecret(cx, { file: args.out, replace: true, field: "admin_secret" }, () =>
        orNotFound(`admin ${args.admin}`, tms.patch(["admins", "secret", args.admin], { query })),
      );
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove an admin",
    examples: [["tctl tms admins rm '~~ops' --tenant=physics", ""]],
    args: { admin },
    run: (tms, args) => printRemoved(cx, `admin ${args.admin}`, tms.remove(["admins", "del", args.admin])),
  });
