import { existsSync, writeFileSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { account, newKey, newRow, requestOf, requireClient } from "./key.ts";
import { rowText } from "./list.ts";
import { intoFile, out } from "./secret.ts";
import { verb } from "./verb.ts";

/** `tctl tms keys create`: creates a key pair; the client gets the private key. */
export const keysCreate = (cx: Context) =>
  verb(cx, {
    name: "create",
    description: "Create a key pair for a client",
    examples: [
      [
        "tctl tms keys create alice db1 postgres --ttl=12h --client-id=ci --client-secret-file=ci.secret --out=key",
        "then: ssh -i key postgres@db1",
      ],
      [
        "tctl tms keys create alice db1 postgres --ttl=1h --uses=1 --restrict --client-id=ci --client-secret-file=ci.secret --format=json",
        "one login without forwarding",
      ],
    ],
    args: {
      type: { type: "enum", options: ["ed25519", "ecdsa", "rsa"], default: "ed25519", description: "Key type" },
      ...newKey,
      out: {
        ...out,
        description: "Write the private key to this file, for its owner only, and the public one to FILE.pub",
      },
      ...account,
    },
    async run(tms, args) {
      requireClient(tms);
      const body = { ...requestOf(args), key_type: args.type };
      const make = async () => newRow(await tms.post(["pubkeys", "creds"], { body }));
      if (args.out === undefined) {
        const made = await make();
        await cx.print(made, { text: (pair) => String(pair.private_key).trimEnd() });
        cx.tell("the private key is shown only once: store it");
        return;
      }
      const file = args.out;
      if (existsSync(`${file}.pub`)) throw new Fault("conflict", `${file}.pub exists already`);
      const made = await intoFile(file, { replace: false }, make, (pair) => String(pair.private_key));
      const { private_key: _, ...rest } = made;
      await cx.print(rest, { text: rowText });
      // Write the public key last: it can be derived from the private key.
      writeFileSync(`${file}.pub`, `${String(made.public_key)} ${args.user}\n`, { flag: "wx" });
      cx.tell(`wrote ${file} and ${file}.pub`);
    },
  });
