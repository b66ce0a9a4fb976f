import { Fault } from "../../core/fault.ts";
import { suggest } from "../../core/suggest.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";

/** `schema`: the shape of every resource, for editors and for those who generate resources. */
export const schema = (cx: Context) =>
  command({
    meta: {
      name: "schema",
      description: "Print the JSON Schema of a kind of resource, or of all",
      examples: [
        ["sallyport schema role", ""],
        ["sallyport schema | jq keys", "which kinds there are"],
      ],
    },
    args: {
      format: { ...printing.format, options: ["json", "yaml"], default: "json" },
      kind: { type: "positional", required: false, description: "A kind of resource, such as user or role" },
    },
    async run({ args }) {
      const [{ z }, { isKind, KINDS }] = await Promise.all([import("zod"), import("../../core/resource/registry.ts")]);
      // As they are written: what has a default may be left out.
      const schemaOf = (kind: keyof typeof KINDS) => z.toJSONSchema(KINDS[kind], { io: "input" });
      const { kind } = args;
      if (kind !== undefined && !isKind(kind)) {
        const [meant] = suggest(kind, Object.keys(KINDS), 1);
        throw new Fault("not_found", `there is no kind "${kind}"`, {
          hint: meant === undefined ? `the kinds are: ${Object.keys(KINDS).join(", ")}` : `did you mean ${meant}?`,
        });
      }
      const all = Object.keys(KINDS).filter(isKind);
      const schemas = kind === undefined ? Object.fromEntries(all.map((k) => [k, schemaOf(k)])) : schemaOf(kind);
      await cx.print(schemas, { text: () => "" });
    },
  });
