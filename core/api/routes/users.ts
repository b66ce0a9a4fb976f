import type { Routes } from "../route.ts";

/** Users: how they are invited, sign up, log in and are changed. */
export const users = {
  inspectInvite: {
    method: "POST",
    path: "/v1/invites/inspect",
    callers: ["proxy"],
    summary: "Show an invited user what is needed to sign up",
    request: ({ z, inviteToken }) => z.strictObject({ token: inviteToken }),
    reply: ({ z, secondFactor }) =>
      z.strictObject({
        user: z.string(),
        cluster: z.string(),
        second_factor: secondFactor,
        /** Where a second factor is to be set up: its secret in base32, and its `otpauth://` address. */
        totp: z.strictObject({ secret: z.string(), uri: z.string() }).optional(),
      }),
    faults: ["not_found"],
    isForStrangers: true,
  },
  acceptInvite: {
    method: "POST",
    path: "/v1/invites/accept",
    callers: ["proxy"],
    summary: "Accept an invitation: set the user's password and second factor",
    request: ({ z, inviteToken, password, code, remoteAddress }) =>
      z.strictObject({ token: inviteToken, password, otp: code.optional(), remote_addr: remoteAddress }),
    reply: ({ z }) => z.strictObject({ user: z.string() }),
    faults: ["not_found", "conflict", "rate_limited"],
    isForStrangers: true,
  },
  login: {
    method: "POST",
    path: "/v1/logins",
    callers: ["proxy"],
    summary: "Log a user in with password and code, and issue a user certificate",
    request: ({ z, password, code, publicKey, seconds, remoteAddress }) =>
      z.strictObject({
        user: z.string().max(128),
        password,
        otp: code.optional(),
        public_key: publicKey,
        ttl_seconds: seconds.optional(),
        remote_addr: remoteAddress,
      }),
    reply: ({ userCertificate }) => userCertificate,
    faults: ["unauthenticated", "rate_limited"],
    isForStrangers: true,
  },
  createUser: {
    method: "POST",
    path: "/v1/users",
    callers: ["admin", "user"],
    needs: { resource: "user", verb: "create" },
    summary: "Create a user and an invitation to sign up",
    request: ({ z, userName, plainName, traits, seconds }) =>
      z.strictObject({
        name: userName,
        kind: z.enum(["human", "bot"]).default("human"),
        roles: z.array(plainName).default(["access"]),
        traits: traits.default({}),
        ttl_seconds: seconds.max(48 * 3600).default(3600),
      }),
    reply: ({ invitation }) => invitation,
    faults: ["not_found", "conflict"],
  },
  updateUser: {
    method: "PUT",
    path: "/v1/users/:name",
    callers: ["admin", "user"],
    needs: { resource: "user", verb: "update" },
    summary: "Replace a user's roles or logins",
    request: ({ z, plainName, login }) =>
      z.strictObject({ roles: z.array(plainName).optional(), logins: z.array(login).optional() }),
    reply: ({ userRow }) => userRow,
    faults: ["not_found", "conflict"],
  },
  resetUser: {
    method: "POST",
    path: "/v1/users/:name/reset",
    callers: ["admin", "user"],
    needs: { resource: "user", verb: "update" },
    summary: "Create an invitation that replaces a user's password and second factor when accepted",
    request: ({ z, seconds }) => z.strictObject({ ttl_seconds: seconds.max(24 * 3600).default(8 * 3600) }),
    reply: ({ invitation }) => invitation,
    faults: ["not_found", "conflict"],
  },
  unlockUser: {
    method: "POST",
    path: "/v1/users/:name/unlock",
    callers: ["admin", "user"],
    needs: { resource: "user", verb: "update" },
    summary: "End the lock of a user that failed logins caused",
    reply: ({ userRow }) => userRow,
    faults: ["bad_request", "not_found"],
  },
} as const satisfies Routes;
