import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ttl } from "./flags.ts";
import { byNumber, getVerb, type ListSpec, lsVerb, printRemoved, printUpdated, rowText } from "./list.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["delegations", "list"],
  field: "users",
  columns: [
    ["id", "id"],
    ["client", "client_id"],
    ["user", "client_user_id"],
    ["expires", "expires_at"],
  ],
  name: (row) => String(row.id),
};

const delegation = {
  client: { type: "positional", description: "The client's id" },
  user: { type: "positional", description: "The user that the client acts for" },
} as const;

/** `tctl tms delegations`: delegations of users to clients. */
export const delegations = (cx: Context) =>
  group({
    meta: { name: "delegations", description: "Delegations of users to clients" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List delegations", [["tctl tms delegations ls", ""]]),
      get: async () =>
        getVerb(cx, "delegation", { description: "Its id in the list", valueHint: "id" }, byNumber("delegations"), [
          ["tctl tms delegations get 7", ""],
        ]),
      add: async () => add(cx),
      update: async () => update(cx),
      rm: async () => rm(cx),
    },
  });

interface DelegationArgs {
  readonly client: string;
  readonly user: string;
}

const fieldsOf = (tenant: string, { client, user }: DelegationArgs) => ({
  tenant,
  client_id: client,
  client_user_id: user,
});
const nameOf = ({ client, user }: DelegationArgs) => `delegation of ${user} to ${client}`;

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Allow a client to act for a user",
    examples: [["tctl tms delegations add ci alice --ttl=30d", "for thirty days"]],
    args: { ttl, ...delegation },
    async run(tms, args) {
      const body = { ...fieldsOf(tms.tenant, args), ttl_minutes: args.ttl };
      await cx.print(await tms.post(["delegations"], { body }), { text: rowText });
    },
  });

const update = (cx: Context) =>
  verb(cx, {
    name: "update",
    description: "Change how long a delegation is valid",
    examples: [["tctl tms delegations update ci alice --ttl=90d", "from now on"]],
    args: { ttl, ...delegation },
    async run(tms, args) {
      const body = { ...fieldsOf(tms.tenant, args), ttl_minutes: args.ttl };
      await printUpdated(cx, nameOf(args), tms.patch(["delegations", "upd"], { body }));
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove a delegation, with its keys",
    examples: [["tctl tms delegations rm ci alice", ""]],
    args: delegation,
    async run(tms, args) {
      const body = fieldsOf(tms.tenant, args);
      await printRemoved(cx, nameOf(args), tms.remove(["delegations", "del"], { body }));
    },
  });
