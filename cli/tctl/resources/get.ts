import type { Resource } from "../../../core/resource/registry.ts";
import { command, listing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { withAuth } from "../connect.ts";
import { globals, words } from "../flags.ts";
import { parseReference } from "./reference.ts";

/** `tctl get`: prints resources as YAML or JSON, the format of `tctl create`. Always a list. */
export const get = (cx: Context) =>
  command({
    meta: {
      name: "get",
      description: "Print resources",
      examples: [
        ["tctl get role/access", "one resource as YAML"],
        ["tctl get users,roles --format=json", "all resources of two kinds"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      "with-secrets": { type: "boolean", description: "Show values of tokens, on auth's own machine" },
      what: {
        type: "positional",
        parse: (text) => words(text).map(parseReference),
        valueHint: "kind[/name],…",
        description: "The resources",
      },
    },
    async run({ args }) {
      const found = await withAuth(cx, args, async (api) => {
        const query = { with_secrets: args["with-secrets"] };
        const resources: Resource[] = [];
        for (const { kind, name } of args.what) {
          if (name !== undefined) resources.push(await api.read(kind, name, query));
          else resources.push(...(await api.list(kind, query)));
        }
        return resources;
      });
      const yaml = cx.format === "text" ? await import("../../../core/yaml.ts") : undefined;
      await cx.print(found, {
        text: (list) => list.map((resource) => yaml?.formatYaml(resource).trimEnd() ?? "").join("\n---\n"),
        names: (list) => list.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
      });
    },
  });
