import { Fault } from "../../core/fault.ts";
import { suggest } from "../../core/suggest.ts";
import packageJson from "../../package.json" with { type: "json" };
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";

const AUTH_API = "auth-api";

/** `schema`: the shape of every resource, for editors and for those who generate resources, and the auth API. */
export const schema = (cx: Context) =>
  command({
    meta: {
      name: "schema",
      description: "Print the JSON Schema of a kind of resource, or of all, or the OpenAPI description of the auth API",
      examples: [
        ["sallyport schema role", ""],
        ["sallyport schema | jq keys", "which kinds there are"],
        [`sallyport schema ${AUTH_API} | jq '.paths | keys'`, "which routes auth has"],
      ],
    },
    args: {
      format: { ...printing.format, options: ["json", "yaml"], default: "json" },
      kind: {
        type: "positional",
        required: false,
        description: `A kind of resource, such as user or role; or ${AUTH_API}`,
      },
    },
    async run({ args }) {
      await cx.print(await schemaOf(args.kind), { text: () => "" });
    },
  });

async function schemaOf(kind: string | undefined): Promise<object> {
  if (kind === AUTH_API) {
    const [{ openapi }, { ROUTES }] = await Promise.all([
      import("../../core/api/openapi.ts"),
      import("../../core/api/routes.ts"),
    ]);
    return openapi(ROUTES, { title: "Sallyport auth API", version: packageJson.version });
  }
  const [{ z }, { isKind, KINDS }] = await Promise.all([import("zod"), import("../../core/resource/registry.ts")]);
  // As they are written: what has a default may be left out.
  const ofKind = (name: keyof typeof KINDS) => z.toJSONSchema(KINDS[name], { io: "input" });
  const all = Object.keys(KINDS).filter(isKind);
  if (kind === undefined) return Object.fromEntries(all.map((name) => [name, ofKind(name)]));
  if (isKind(kind)) return ofKind(kind);
  const [meant] = suggest(kind, [...all, AUTH_API], 1);
  throw new Fault("not_found", `there is no kind "${kind}"`, {
    hint: meant === undefined ? `the kinds are: ${[...all, AUTH_API].join(", ")}` : `did you mean ${meant}?`,
  });
}
