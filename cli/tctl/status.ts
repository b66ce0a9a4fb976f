import type { Reply } from "../../core/api/routes.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { facts, type Style } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals } from "./flags.ts";

/** `tctl status`: prints cluster, authorities and resource counts. */
export const status = (cx: Context) =>
  command({
    meta: {
      name: "status",
      description: "Show the cluster, its certificate authorities and resource counts",
      examples: [
        ["tctl status", ""],
        ["tctl status --format=json | jq -r '.ca_pins[]'", "the pin for --ca-pin"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const { cluster, version, authorities, ca_pins, counts } = await withAuth(cx, args, (api) => api.status());
      const shown = {
        cluster,
        version,
        authorities: authorities.map(({ spec }) => ({
          type: spec.type,
          fingerprints: spec.active_keys.map((line) => PublicKey.parse(line).fingerprint),
        })),
        ca_pins,
        counts,
      };
      await cx.print(shown, { text: statusText });
    },
  });

interface StatusReport extends Pick<Reply<"status">, "cluster" | "version" | "ca_pins" | "counts"> {
  readonly authorities: readonly { readonly type: string; readonly fingerprints: readonly string[] }[];
}

function statusText({ cluster, version, authorities, ca_pins, counts }: StatusReport, style: Style): string {
  const total = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return facts(
    [
      ["Cluster", cluster],
      ["Version", version],
      ...authorities.map(
        ({ type, fingerprints }) => [`${type === "user" ? "User" : "Host"} CA`, fingerprints.join(" ")] as const,
      ),
      ["CA pin", ca_pins.join(" ")],
      ["Holds", total.join(", ")],
    ],
    style,
  );
}
