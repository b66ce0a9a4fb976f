import { existsSync, readFileSync } from "node:fs";
import type { AuthClient } from "../../core/api/client.ts";
import type { Trust } from "../../core/api/schemas.ts";
import { parseCertificateLine } from "../../core/cert/certificate.ts";
import { formatIdentity } from "../../core/cert/identity-file.ts";
import { certAuthorityLine, knownHostsLine } from "../../core/cert/known-hosts.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { AUTHORITY_TYPES } from "../../core/resource/authority.ts";
import { command, group, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { writePrivate } from "../files.ts";
import { withAuth } from "./connect.ts";
import { globals, words } from "./flags.ts";

/** `tctl auth`: certificates and the authorities that sign them. */
export const auth = (cx: Context) =>
  group({
    meta: { name: "auth", description: "Certificate authorities" },
    subCommands: { sign: async () => authSign(cx), export: async () => authExport(cx) },
  });

/** `tctl auth sign`: signs a certificate without a login, for a program or for a host with stock sshd. */
const authSign = (cx: Context) =>
  command({
    meta: {
      name: "sign",
      description: "Sign a certificate for a user, or for a host that runs its own sshd",
      examples: [
        ["tctl auth sign --user=ci --ttl=24h -o ci.identity", "one file with key, certificate and host authorities"],
        ["tctl auth sign --user=ci --format=openssh -o ci", "ci and ci-cert.pub, for plain ssh"],
        [
          "tctl auth sign --host=db1,db1.example.com -o db1",
          "db1 and db1-cert.pub, for sshd's HostKey and HostCertificate",
        ],
        [
          "tctl auth sign --host=db1 --pubkey=/etc/ssh/ssh_host_ed25519_key.pub -o /etc/ssh/ssh_host_ed25519_key",
          "an existing key",
        ],
      ],
    },
    args: {
      ...globals,
      format: { ...printing.format, options: ["file", "openssh"], default: "file", description: "Output format" },
      user: { type: "string", description: "User to sign for" },
      host: { type: "string", parse: words, valueHint: "name,…", description: "Host names and addresses to sign for" },
      out: {
        type: "string",
        alias: "o",
        required: true,
        valueHint: "file",
        complete: "file",
        description: "Output file",
      },
      ttl: {
        type: "string",
        parse: parseDuration,
        description: "Lifetime of the certificate (default: 12h for a user, 366d for a host)",
      },
      pubkey: {
        type: "string",
        valueHint: "file",
        complete: "file",
        description: "Sign this public key; only OUT-cert.pub is written",
      },
    },
    async run({ args }) {
      const { user, host, out, pubkey } = args;
      if ((user === undefined) === (host === undefined)) throw new Fault("bad_request", "give either --user or --host");
      const asFile = args.format === "file" && user !== undefined && pubkey === undefined;
      // An identity file is renewed in place; a private key in use must not be overwritten.
      if (!asFile && pubkey === undefined && existsSync(out))
        throw new Fault("conflict", `${out} exists already`, {
          hint: "to certify an existing key, give its public key with --pubkey",
        });
      const key = pubkey === undefined ? PrivateKey.generate() : undefined;
      const line = key?.public.toString() ?? readPublicKey(pubkey ?? "");
      const reply = await withAuth(cx, args, (api) => sign(api, { user, host, line, ttl: args.ttl }));
      const name = user ?? host?.[0] ?? "";
      if (key !== undefined && asFile) {
        writePrivate(out, identityText(key, reply));
        cx.tell(`wrote ${out}`);
        return;
      }
      if (key !== undefined) {
        writePrivate(out, key.toOpenSSH(name));
        writePrivate(`${out}.pub`, `${key.public} ${name}\n`);
      }
      const file = `${out.replace(/\.pub$/, "")}-cert.pub`;
      writePrivate(file, `${reply.certificate} ${name}\n`);
      cx.tell(key === undefined ? `wrote ${file}` : `wrote ${out}, ${out}.pub and ${file}`);
    },
  });

interface Wanted {
  readonly user: string | undefined;
  readonly host: readonly string[] | undefined;
  readonly line: string;
  readonly ttl: number | undefined;
}

function sign(api: AuthClient, { user, host, line, ttl }: Wanted): Promise<Trust & { certificate: string }> {
  const common = { public_key: line, ...(ttl !== undefined && { ttl_seconds: ttl }) };
  return user === undefined ? api.signHost({ names: [...(host ?? [])], ...common }) : api.signUser({ user, ...common });
}

function identityText(key: PrivateKey, reply: Trust & { certificate: string }): string {
  const certificate = parseCertificateLine(reply.certificate);
  const hosts = reply.authorities.filter(({ spec }) => spec.type === "host");
  const lines = hosts.flatMap(({ spec }) => [...spec.active_keys, ...spec.additional_trusted_keys]);
  const authorities = lines.map((line) => PublicKey.parse(line));
  return formatIdentity({ key: key.toOpenSSH(certificate.keyId), certificate, cluster: reply.cluster, authorities });
}

function readPublicKey(file: string): string {
  const text = readFileSync(file, "utf8").trim();
  try {
    return PublicKey.parse(text).toString();
  } catch (cause) {
    throw new Fault("bad_request", `${file} is not a public key: ${(cause as Error).message}`, { cause });
  }
}

/** `tctl auth export`: prints the public keys of the authorities in OpenSSH formats. */
const authExport = (cx: Context) =>
  command({
    meta: {
      name: "export",
      description: "Print the public keys of the certificate authorities",
      examples: [
        ["tctl auth export --type=user | sed 's/^cert-authority //' > /etc/ssh/sallyport.pub", "for TrustedUserCAKeys"],
        ["tctl auth export --type=host >> ~/.ssh/known_hosts", "trust the host certificates of the cluster"],
        ["tctl auth export --fingerprint", "for manual comparison"],
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
