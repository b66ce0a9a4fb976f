import type { IssuedToken } from "../../core/api/schema.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { localTime } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { hostRoles } from "./tokens-add.ts";
import { wholeNumber } from "./words.ts";

/** `tctl nodes add`: tokens with which machines join, each once. As JSON an array of the tokens, as scripts expect. */
export const nodesAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Issue tokens with which machines join, each once",
      examples: [
        ["tctl nodes add", "prints the command to run on the new machine"],
        ["tctl nodes add --count=10 --ttl=2h --format=json", "an array of ten tokens"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      roles: {
        type: "string",
        default: "node",
        parse: hostRoles,
        valueHint: "node,proxy",
        description: "Roles to run",
      },
      ttl: { type: "string", default: "30m", parse: parseDuration, description: "How long the tokens work" },
      count: { type: "string", default: "1", parse: wholeNumber, description: "How many tokens" },
      token: { type: "string", valueHint: "value", description: "Use this value instead of a random one" },
    },
    async run({ args }) {
      if (args.token !== undefined && args.count !== 1) throw new Fault("bad_request", "--token goes with one token");
      const request = {
        roles: args.roles,
        ttl_seconds: args.ttl,
        ...(args.token !== undefined && { value: args.token }),
      };
      const issued = await withAuth(cx, args, async (api) => {
        const tokens: IssuedToken[] = [];
        for (let n = 0; n < args.count; n++) tokens.push(await api.createToken(request));
        return tokens;
      });
      const values = issued.map(({ token }) => token.metadata.name);
      await cx.print(values, { text: () => issued.map((one) => joinText(one, args.roles)).join("\n\n") });
    },
  });

function joinText({ token, ca_pins, auth_addr }: IssuedToken, roles: readonly string[]): string {
  const pins = ca_pins.map((pin) => ` --ca-pin=${pin}`).join("");
  const { name, expires } = token.metadata;
  return [
    `Token: ${name}`,
    "Run this on the new machine:",
    "",
    `  sallyport start --roles=${roles.join(",")} --auth-server=${auth_addr} --token=${name}${pins}`,
    "",
    `It works once, until ${localTime(new Date(expires ?? 0))}.`,
  ].join("\n");
}
