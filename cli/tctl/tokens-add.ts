import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { HostRole } from "../../core/resource/token.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { localTime } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { wholeNumber, words } from "./words.ts";

/** `tctl tokens add`: one token, for as many machines as `--uses` says. */
export const tokensAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Issue a token with which machines join",
      examples: [
        ["tctl tokens add --type=node", "for one machine"],
        ["tctl tokens add --type=node --uses=50 --ttl=1h", "for a rack"],
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
      ttl: { type: "string", default: "30m", parse: parseDuration, description: "How long it works" },
      uses: { type: "string", default: "1", parse: wholeNumber, description: "How many machines may join with it" },
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
