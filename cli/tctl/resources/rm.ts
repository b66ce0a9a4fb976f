import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../flags.ts";
import { parseName } from "./reference.ts";

/** `tctl rm`: resources by name. */
export const rm = (cx: Context) =>
  command({
    meta: { name: "rm", description: "Remove resources", examples: [["tctl rm role/dba lock/incident-7", ""]] },
    args: {
      ...globals,
      what: {
        type: "positional",
        multiple: true,
        parse: parseName,
        valueHint: "kind/name",
        description: "The resources",
      },
    },
    async run({ args }) {
      await withAuth(cx, args, async (api) => {
        for (const { kind, name } of args.what) {
          await api.remove(kind, name);
          cx.tell(`removed ${kind}/${name}`);
        }
      });
    },
  });
