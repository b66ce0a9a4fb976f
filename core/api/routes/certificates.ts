import type { Routes } from "../route.ts";

/** Join tokens, and certificates that an operator signs. */
export const certificates = {
  createToken: {
    method: "POST",
    path: "/v1/tokens",
    callers: ["admin", "user"],
    needs: { resource: "token", verb: "create" },
    summary: "Create a join token",
    request: ({ z, hostRole, seconds }) =>
      z.strictObject({
        roles: z.array(hostRole).min(1),
        ttl_seconds: seconds.max(48 * 3600).default(1800),
        uses: z.int().min(1).max(100_000).default(1),
        value: z.string().optional(),
      }),
    reply: ({ z, token }) =>
      z.strictObject({
        token,
        /** `sha256:…` of the host authorities, for `--ca-pin`. */
        ca_pins: z.array(z.string()),
        /** `host:port` of auth. */
        auth_addr: z.string(),
      }),
    faults: ["conflict"],
  },
  signUser: {
    method: "POST",
    path: "/v1/certificates/user",
    callers: ["admin"],
    summary: "Sign a user certificate for a public key",
    request: ({ z, userName, publicKey, seconds }) =>
      z.strictObject({ user: userName, public_key: publicKey, ttl_seconds: seconds.optional() }),
    reply: ({ userCertificate }) => userCertificate,
    faults: ["not_found"],
  },
  signHost: {
    method: "POST",
    path: "/v1/certificates/host",
    callers: ["admin"],
    summary: "Sign a host certificate for a public key of a machine that runs its own sshd",
    request: ({ z, hostName, publicKey, seconds }) =>
      z.strictObject({
        names: z.array(hostName).min(1).max(64),
        public_key: publicKey,
        ttl_seconds: seconds.optional(),
      }),
    reply: ({ hostCertificate }) => hostCertificate,
  },
} as const satisfies Routes;
