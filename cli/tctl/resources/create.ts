import { Fault } from "../../../core/fault.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../flags.ts";
import { readResources } from "./resource-file.ts";

/** `tctl create`: creates the resources of a file; the whole file is validated before the first write. */
export const create = (cx: Context) =>
  command({
    meta: {
      name: "create",
      description: "Create resources from a file of YAML or JSON",
      examples: [
        ["tctl create dba.yaml", "exit status 6 if a resource exists"],
        ["tctl create --force dba.yaml", "replaces existing resources"],
        ["tctl get role/access | sed s/access/staging/ | tctl create -", "from another program"],
      ],
    },
    args: {
      ...globals,
      force: { type: "boolean", alias: "f", description: "Replace existing resources" },
      file: { type: "positional", complete: "file", description: "The file, or - for stdin" },
    },
    async run({ args }) {
      const drafts = readResources(args.file);
      await withAuth(cx, args, async (api) => {
        for (const { kind, name, resource } of drafts) {
          try {
            await api.create(kind, resource);
            cx.tell(`created ${kind}/${name}`);
          } catch (error) {
            if (!args.force || Fault.from(error).code !== "conflict") throw error;
            await api.replace(kind, name, resource);
            cx.tell(`replaced ${kind}/${name}`);
          }
        }
      });
    },
  });
