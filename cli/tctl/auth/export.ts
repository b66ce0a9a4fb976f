import { certAuthorityLine, knownHostsLine } from "../../../core/cert/known-hosts.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { AUTHORITY_TYPES } from "../../../core/resource/authority.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../globals.ts";

/** `tctl auth export`: the public halves, as OpenSSH reads them. */
export const authExport = (cx: Context) =>
  command({
    meta: {
      name: "export",
      description: "Print the public keys of the certificate authorities",
      examples: [
        ["tctl auth export --type=user | sed 's/^cert-authority //' > /etc/ssh/sallyport.pub", "for TrustedUserCAKeys"],
        ["tctl auth export --type=host >> ~/.ssh/known_hosts", "machines of the cluster are known"],
        ["tctl auth export --fingerprint", "to compare by eye"],
      ],
    },
    args: {
      ...globals,
      type: { type: "enum", options: AUTHORITY_TYPES, description: "Only this authority" },
      fingerprint: { type: "boolean", description: "Print fingerprints instead of keys" },
    },
    async run({ args }) {
      const authorities = await withAuth(cx, args, (api) => api.list("cert_authority"));
      const lines = authorities
        .filter(({ spec }) => args.type === undefined || spec.type === args.type)
        .flatMap(({ spec: { type, cluster, active_keys, additional_trusted_keys } }) =>
          [...active_keys, ...additional_trusted_keys].map((text) => {
            const key = PublicKey.parse(text);
            if (args.fingerprint) return `${type} ${key.fingerprint}`;
            return type === "user"
              ? certAuthorityLine({ cluster, key })
              : knownHostsLine({ cluster, key, patterns: ["*"] });
          }),
        );
      cx.write(`${lines.join("\n")}\n`);
    },
  });
