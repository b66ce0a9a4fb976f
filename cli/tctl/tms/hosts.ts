import { Fault } from "../../../core/fault.ts";
import { group } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { TmsClient, TmsRow } from "./client.ts";
import { grace } from "./flags.ts";
import { byNumber, getVerb, type ListSpec, lsVerb, orNotFound, printRemoved, rowText } from "./list.ts";
import { out, printSecret } from "./secret.ts";
import { verb } from "./verb.ts";

const LIST: ListSpec = {
  path: ["hosts", "list"],
  field: "users",
  columns: [
    ["id", "id"],
    ["host", "host"],
    ["address", "addr"],
  ],
  name: (row) => String(row.id),
};

const host = { type: "positional", description: "The host, by the host_name of its keycmd" } as const;
const addr = {
  type: "positional",
  valueHint: "address",
  description: "Its address, a prefix such as 10.1.*, or a range such as '[10.1.0.1, 10.1.0.9]'",
} as const;

/** `tctl tms hosts`: addresses and credentials of hosts. */
export const hosts = (cx: Context) =>
  group({
    meta: { name: "hosts", description: "Addresses and credentials of hosts" },
    subCommands: {
      ls: async () => lsVerb(cx, LIST, "List hosts with their addresses", [["tctl tms hosts ls", ""]]),
      get: async () =>
        getVerb(cx, "host", { description: "Its id in the list", valueHint: "id" }, byNumber("hosts"), [
          ["tctl tms hosts get 7", ""],
        ]),
      add: async () => add(cx),
      rm: async () => rm(cx),
      credential: async () => credential(cx),
    },
  });

const add = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Record a host's address, and give it a credential",
    examples: [
      ["tctl tms hosts add db1 10.1.2.3", ""],
      ["tctl tms hosts add db1 10.1.2.3 --credential --out=db1.credential", "for the host's keycmd"],
    ],
    args: {
      credential: {
        type: "boolean",
        description: "Also create a credential for the host; it replaces an existing one",
      },
      out,
      host,
      addr,
    },
    async run(tms, args) {
      if (args.out !== undefined && !args.credential) throw new Fault("bad_request", "--out needs --credential");
      const make = () => tms.post(["hosts"], { body: { tenant: tms.tenant, host: args.host, addr: args.addr } });
      if (!args.credential) return cx.print(await make(), { text: rowText });
      await printSecret(cx, { file: args.out, replace: false, field: "credential" }, async () => {
        const made = await make();
        try {
          return { ...made, ...(await newCredential(tms, args.host, 0)) };
        } catch (thrown) {
          const { code, message } = Fault.from(thrown);
          throw new Fault(code, `the address is recorded, but the credential is not made: ${message}`, {
            hint: `make it with: tctl tms hosts credential rotate ${args.host}`,
            cause: thrown,
          });
        }
      });
    },
  });

const rm = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove an address of a host",
    examples: [["tctl tms hosts rm db1 10.1.2.3", ""]],
    args: { host, addr },
    async run(tms, args) {
      const body = { tenant: tms.tenant, host: args.host, addr: args.addr };
      await printRemoved(cx, `host ${args.host} at ${args.addr}`, tms.remove(["hosts", "del"], { body }));
    },
  });

const credential = (cx: Context) =>
  group({
    meta: { name: "credential", description: "Credentials of hosts" },
    subCommands: { rotate: async () => rotate(cx), rm: async () => removeCredential(cx) },
  });

const rotate = (cx: Context) =>
  verb(cx, {
    name: "rotate",
    description: "Create or replace the credential of a host",
    examples: [
      [
        "tctl tms hosts credential rotate db1 --grace=1h --out=db1.credential",
        "the old secret stays valid for one hour",
      ],
    ],
    args: { grace, out, host },
    run: (tms, args) =>
      printSecret(cx, { file: args.out, replace: true, field: "credential" }, () =>
        orNotFound(`host ${args.host}`, newCredential(tms, args.host, args.grace)),
      ),
  });

const removeCredential = (cx: Context) =>
  verb(cx, {
    name: "rm",
    description: "Remove the credential of a host",
    examples: [["tctl tms hosts credential rm db1", ""]],
    args: { host },
    run: (tms, args) => printRemoved(cx, `credential of ${args.host}`, tms.remove(["hosts", "credential", args.host])),
  });

function newCredential(tms: TmsClient, name: string, graceMinutes: number): Promise<TmsRow> {
  return tms.patch(["hosts", "credential", name], { query: { grace_minutes: graceMinutes } });
}
