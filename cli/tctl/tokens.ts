import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { HostRole, Token } from "../../core/resource/token.ts";
import { command, group, listing, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { localTime, table } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals, wholeNumber, words } from "./flags.ts";

export const tokens = (cx: Context) =>
  group({
    meta: { name: "tokens", description: "Join tokens" },
    subCommands: {
      add: async () => tokensAdd(cx),
      ls: async () => tokensLs(cx),
      rm: async () => tokensRm(cx),
    },
  });

/** `tctl tokens add`: creates one join token, valid for `--uses` machines. */
export const tokensAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Create a join token",
      examples: [
        ["tctl tokens add --type=node", "for one machine"],
        ["tctl tokens add --type=node --uses=50 --ttl=1h", "for 50 machines"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      type: {
        type: "string",
        required: true,
        parse: hostRoles,
        valueHint: "node,proxy,app",
        description: "Roles that the machines may run",
      },
      ttl: { type: "string", default: "30m", parse: parseDuration, description: "Lifetime of the token" },
      uses: {
        type: "string",
        default: "1",
        parse: wholeNumber,
        description: "Number of machines that may join with it",
      },
      value: { type: "string", description: "Use this value instead of a random one" },
    },
    async run({ args }) {
      const { type: roles, ttl, uses, value } = args;
      const issued = await withAuth(cx, args, (api) =>
        api.createToken({ roles, ttl_seconds: ttl, uses, ...(value !== undefined && { value }) }),
      );
      const { metadata, spec } = issued.token;
      const shown = {
        token: metadata.name,
        roles: spec.roles,
        uses: spec.uses,
        expires: metadata.expires,
        ca_pins: issued.ca_pins,
      };
      await cx.print(shown, {
        text: (t) =>
          `${t.token}\n\nfor ${t.uses} machine(s) as ${t.roles.join(", ")}, until ${localTime(new Date(t.expires ?? 0))}`,
      });
    },
  });

/** `node,proxy` as roles of a machine. @throws Fault `bad_request`. */
export function hostRoles(text: string): HostRole[] {
  const known = ["node", "proxy", "app"] as const;
  return words(text).map((word) => {
    const role = known.find((name) => name === word);
    if (role === undefined)
      throw new Fault("bad_request", `"${word}" is not a role of a machine; there are: ${known.join(", ")}`);
    return role;
  });
}

/** `tctl tokens ls`: lists usable tokens, with values only on request. */
export const tokensLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List join tokens, without their values",
      examples: [
        ["tctl tokens ls", ""],
        ["tctl tokens ls --with-secrets", "with the values, on auth's own machine"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      "with-secrets": { type: "boolean", description: "Show the values" },
    },
    async run({ args }) {
      const tokens = await withAuth(cx, args, (api) => api.list("token", { with_secrets: args["with-secrets"] }));
      await cx.print<Token[]>(tokens, {
        text: (rows, style) =>
          table(
            ["token", "roles", "uses", "expires"],
            rows.map(({ metadata, spec }) => [
              metadata.name,
              spec.roles.join(","),
              spec.uses === undefined ? "any" : String(spec.uses),
              metadata.expires ?? "never",
            ]),
            style,
          ),
        names: (rows) => rows.map((row) => row.metadata.name),
      });
    },
  });

/** `tctl tokens rm`: removes a token by its value or its name. */
export const tokensRm = (cx: Context) =>
  command({
    meta: {
      name: "rm",
      description: "Remove a join token",
      examples: [["tctl tokens rm sha256-0123456789ab", "a name from tctl tokens ls"]],
    },
    args: { ...globals, name: { type: "positional", description: "The token, or its name in the list" } },
    async run({ args }) {
      await withAuth(cx, args, (api) => api.remove("token", args.name));
      cx.tell("removed the token");
    },
  });
