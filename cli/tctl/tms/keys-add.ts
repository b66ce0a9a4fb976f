import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { readInput } from "../../input.ts";
import { account, newKey, newRow, requestOf, requireClient } from "./key.ts";
import { rowText } from "./list.ts";
import { verb } from "./verb.ts";

/** `tctl tms keys add`: registers a public key; the private key stays with the client. */
export const keysAdd = (cx: Context) =>
  verb(cx, {
    name: "add",
    description: "Register a public key; the client keeps the private key",
    examples: [
      [
        "tctl tms keys add alice db1 postgres key.pub --ttl=12h --client-id=ci --client-secret-file=ci.secret",
        "made by ssh-keygen -f key",
      ],
    ],
    args: {
      ...newKey,
      ...account,
      pubkey: { type: "positional", valueHint: "file", complete: "file", description: "The public key; - is stdin" },
    },
    async run(tms, args) {
      if (args.pubkey === "-" && args["client-secret-file"] === "-")
        throw new Fault("bad_request", "stdin is either the key or the client's secret");
      requireClient(tms);
      const public_key = readInput(args.pubkey).trim();
      // Check here: the server would refuse a private key only after receiving it.
      if (public_key.includes("PRIVATE KEY"))
        throw new Fault("bad_request", `${args.pubkey} is a private key`, { hint: "give the public one: FILE.pub" });
      const added = await tms.post(["pubkeys"], { body: { ...requestOf(args), public_key } });
      await cx.print(newRow(added), { text: rowText });
    },
  });
