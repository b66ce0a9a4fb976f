import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { tmsFlags } from "./flags.ts";

/** `tctl tms`: the key escrow. */
export const tms = (cx: Context) =>
  group({
    meta: {
      name: "tms",
      description: "The key escrow: clients, users, accounts, delegations and keys",
      examples: [
        ["tctl tms clients add ci --out=ci.secret", "register an application"],
        ["tctl tms keys ls", ""],
        [
          "tctl tms keys ls --server=https://escrow.example.com:3000 --admin-id='~~admin' --admin-secret-file=admin.secret",
          "from another machine",
        ],
      ],
    },
    args: tmsFlags,
    subCommands: {
      tenants: async () => (await import("./tenants.ts")).tenants(cx),
      admins: async () => (await import("./admins.ts")).admins(cx),
      clients: async () => (await import("./clients.ts")).clients(cx),
      mfa: async () => (await import("./mfa.ts")).mfa(cx),
      "user-hosts": async () => (await import("./user-hosts.ts")).userHosts(cx),
      delegations: async () => (await import("./delegations.ts")).delegations(cx),
      hosts: async () => (await import("./hosts.ts")).hosts(cx),
      keys: async () => (await import("./keys.ts")).keys(cx),
      reservations: async () => (await import("./reservations.ts")).reservations(cx),
      events: async () => (await import("./events.ts")).events(cx),
    },
  });
