import { command, group, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { type Escrow, openEscrow } from "./escrow.ts";
import { enabled, escrowFlags } from "./flags.ts";
import { byName, changes, getVerb, type Listed, lsVerb, printRemoved, printUpdated, there, truth } from "./rows.ts";
import { out, printSecret } from "./secret.ts";

const LISTED: Listed = {
  path: ["tenants", "list"],
  field: "tenants",
  columns: [
    ["tenant", "tenant"],
    ["enabled", "enabled"],
    ["host credential", "require_host_credential"],
    ["created", "created"],
  ],
  name: (row) => String(row.tenant),
};

const tenant = { type: "positional", valueHint: "tenant", description: "Its name" } as const;

/** `tctl tms tenants`: organizations that know nothing of each other. */
export const tenants = (cx: Context) =>
  group({
    meta: { name: "tenants", description: "Organizations that know nothing of each other" },
    subCommands: {
      ls: async () => lsVerb(cx, LISTED, "List tenants", [["tctl tms tenants ls", ""]]),
      get: async () => getVerb(cx, "tenant", tenant, byName(LISTED, "tenants"), [["tctl tms tenants get physics", ""]]),
      add: async () => add(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

const add = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Make a tenant with its first admin",
      examples: [["tctl tms tenants add physics --out=physics.secret", "the admin's secret goes to a file"]],
    },
    args: { ...escrowFlags, ...printing, out, name: tenant },
    async run({ args }) {
      // Tenants are made by those who run the first one.
      const escrow = await openEscrow(cx, { ...args, tenant: "default" });
      await printSecret(cx, { file: args.out, replace: false, field: "admin_secret" }, () =>
        escrow.post(["tenants", args.name]),
      );
    },
  });

const update = (cx: Context) =>
  command({
    meta: {
      name: "update",
      description: "Switch a tenant off or on, or change who may ask for its keys",
      examples: [
        ["tctl tms tenants update physics --enabled=no", "nothing of it works any more"],
        ["tctl tms tenants update physics --require-host-credential=yes", "only hosts with a credential get keys"],
      ],
    },
    args: {
      ...escrowFlags,
      ...printing,
      enabled,
      "require-host-credential": { ...enabled, description: "Whether hosts have to prove themselves to get its keys" },
      name: tenant,
    },
    async run({ args }) {
      const fields = changes(
        { enabled: truth(args.enabled), require_host_credential: truth(args["require-host-credential"]) },
        "--enabled or --require-host-credential",
      );
      const escrow = await openEscrow(cx, args);
      await exists(escrow, args.name);
      const body = { tenant: args.name, ...fields };
      await printUpdated(cx, `tenant ${args.name}`, escrow.patch(["tenants", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  command({
    meta: {
      name: "rm",
      description: "Remove a tenant",
      examples: [
        ["tctl tms tenants rm physics", "one in which there is nothing"],
        ["tctl tms tenants rm physics --wipe", "with all that is in it"],
      ],
    },
    args: {
      ...escrowFlags,
      ...printing,
      wipe: { type: "boolean", description: "Also its clients, users, links, keys and whatever else is in it" },
      name: tenant,
    },
    async run({ args }) {
      // It ends at its own wish, or the operator's.
      const escrow = await openEscrow(cx, { ...args, tenant: args.name });
      await exists(escrow, args.name);
      const path = ["tenants", args.wipe ? "wipe" : "del", args.name];
      await printRemoved(cx, `tenant ${args.name}`, escrow.remove(path));
    },
  });

/** The interface says of a tenant that is not there what it says of one that is switched off. */
async function exists(escrow: Escrow, name: string): Promise<void> {
  await there(`tenant ${name}`, escrow.get(["tenants", name]));
}
