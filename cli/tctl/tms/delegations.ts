import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import { addVerb, type Grant, rmVerb, updateVerb } from "./grant.ts";
import { byNumber, getVerb, type ListSpec, lsVerb } from "./list.ts";

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

const DELEGATION: Grant<"client" | "user"> = {
  route: "delegations",
  args: {
    client: { type: "positional", description: "The client's id" },
    user: { type: "positional", description: "The user that the client acts for" },
  },
  fieldsOf: ({ client, user }) => ({ client_id: client, client_user_id: user }),
  nameOf: ({ client, user }) => `delegation of ${user} to ${client}`,
};

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
      add: async () =>
        addVerb(cx, DELEGATION, {
          description: "Allow a client to act for a user",
          examples: [["tctl tms delegations add ci alice --ttl=30d", "for thirty days"]],
        }),
      update: async () =>
        updateVerb(cx, DELEGATION, {
          description: "Change how long a delegation is valid",
          examples: [["tctl tms delegations update ci alice --ttl=90d", "from now on"]],
        }),
      rm: async () =>
        rmVerb(cx, DELEGATION, {
          description: "Remove a delegation, with its keys",
          examples: [["tctl tms delegations rm ci alice", ""]],
        }),
    },
  });
