import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { TmsClient } from "./client.ts";
import { enabled } from "./flags.ts";
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

/** `tctl tms tenants`: organizations with separate clients, users and keys. */
export const tenants = (cx: Context) =>
  group({
    meta: { name: "tenants", description: "Organizations with separate clients, users and keys" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List tenants", [["tctl tms tenants ls", ""]]),
      get: async () => getVerb(cx, "tenant", tenant, byName(LIST, "tenants"), [["tctl tms tenants get physics", ""]]),
      add: async () => add(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Create a tenant and its first admin",
    examples: [["tctl tms tenants add physics --out=physics.secret", "writes the admin's secret to a file"]],
    args: { out, name: tenant },
    run: (tms, args) =>
      printSecret(cx, { file: args.out, replace: false, field: "admin_secret" }, () =>
        // Only admins of the tenant `default` can create tenants.
        tms.of("default").post(["tenants", args.name]),
      ),
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Enable or disable a tenant, or require host credentials",
    examples: [
      ["tctl tms tenants update physics --enabled=no", "disables the tenant and its keys"],
      ["tctl tms tenants update physics --require-host-credential=yes", "only hosts with a credential get keys"],
    ],
    args: {
      enabled,
      "require-host-credential": { ...enabled, description: "Require a credential from hosts that retrieve keys" },
      name: tenant,
    },
    async run(tms, args) {
      const fields = changes(
        { enabled: toBoolean(args.enabled), require_host_credential: toBoolean(args["require-host-credential"]) },
        "--enabled or --require-host-credential",
      );
      await requireTenant(tms, args.name);
      const body = { tenant: args.name, ...fields };
      await printUpdated(cx, `tenant ${args.name}`, tms.patch(["tenants", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a tenant",
    examples: [
      ["tctl tms tenants rm physics", "an empty tenant"],
      ["tctl tms tenants rm physics --wipe", "with everything in it"],
    ],
    args: {
      wipe: {
        type: "boolean",
        description: "Also remove its clients, users, links, delegations, hosts, keys and reservations",
      },
      name: tenant,
    },
    async run(tms, args) {
      // An admin of the tenant itself, or the operator, removes it.
      const own = tms.of(args.name);
      await requireTenant(own, args.name);
      const path = ["tenants", args.wipe ? "wipe" : "del", args.name];
      await printRemoved(cx, `tenant ${args.name}`, own.remove(path));
    },
  });

/** Checks existence separately: the API reports a missing tenant like a disabled one. */
async function requireTenant(tms: TmsClient, name: string): Promise<void> {
  await orNotFound(`tenant ${name}`, tms.get(["tenants", name]));
}
