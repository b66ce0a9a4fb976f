import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Escrow } from "./client.ts";
import { enabled } from "./flags.ts";
import { byName, changes, getVerb, type Listed, lsVerb, printRemoved, printUpdated, there, truth } from "./list.ts";
import { out, printSecret } from "./secret.ts";
import { verb } from "./verb.ts";

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
  verb(cx, {
    name: "add",
    description: "Make a tenant with its first admin",
    examples: [["tctl tms tenants add physics --out=physics.secret", "the admin's secret goes to a file"]],
    args: { out, name: tenant },
    run: (escrow, args) =>
      printSecret(cx, { file: args.out, replace: false, field: "admin_secret" }, () =>
        // Tenants are made by those who run the first one.
        escrow.of("default").post(["tenants", args.name]),
      ),
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Switch a tenant off or on, or change who may ask for its keys",
    examples: [
      ["tctl tms tenants update physics --enabled=no", "nothing of it works any more"],
      ["tctl tms tenants update physics --require-host-credential=yes", "only hosts with a credential get keys"],
    ],
    args: {
      enabled,
      "require-host-credential": { ...enabled, description: "Whether hosts have to prove themselves to get its keys" },
      name: tenant,
    },
    async run(escrow, args) {
      const fields = changes(
        { enabled: truth(args.enabled), require_host_credential: truth(args["require-host-credential"]) },
        "--enabled or --require-host-credential",
      );
      await exists(escrow, args.name);
      const body = { tenant: args.name, ...fields };
      await printUpdated(cx, `tenant ${args.name}`, escrow.patch(["tenants", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a tenant",
    examples: [
      ["tctl tms tenants rm physics", "one in which there is nothing"],
      ["tctl tms tenants rm physics --wipe", "with all that is in it"],
    ],
    args: {
      wipe: { type: "boolean", description: "Also its clients, users, links, keys and whatever else is in it" },
      name: tenant,
    },
    async run(escrow, args) {
      // It ends at its own wish, or the operator's.
      const own = escrow.of(args.name);
      await exists(own, args.name);
      const path = ["tenants", args.wipe ? "wipe" : "del", args.name];
      await printRemoved(cx, `tenant ${args.name}`, own.remove(path));
    },
  });

/** The interface says of a tenant that is not there what it says of one that is switched off. */
async function exists(escrow: Escrow, name: string): Promise<void> {
  await there(`tenant ${name}`, escrow.get(["tenants", name]));
}
