import type { Routes } from "../route.ts";

/** The cluster as a whole. */
export const cluster = {
  ping: {
    method: "GET",
    path: "/v1/ping",
    callers: ["join", "node", "proxy", "admin", "user"],
    summary: "Name the cluster, auth's version and its clock",
    reply: ({ z, instant, secondFactor }) =>
      z.strictObject({
        cluster: z.string(),
        version: z.string(),
        /** Auth's clock, by which a client notices that its own is wrong. */
        now: instant,
        second_factor: secondFactor,
      }),
  },
  trust: {
    method: "GET",
    path: "/v1/trust",
    callers: ["join", "node", "proxy", "admin", "user"],
    summary: "Return the cluster's certificate authorities",
    reply: ({ trust }) => trust,
  },
  status: {
    method: "GET",
    path: "/v1/status",
    callers: ["admin", "user"],
    needs: { resource: "cert_authority", verb: "read" },
    summary: "Summarize the cluster: authorities, their pins, and how many resources there are",
    reply: ({ z, trust }) =>
      trust.extend({
        version: z.string(),
        /** `sha256:…` of the host authorities, for `--ca-pin`. */
        ca_pins: z.array(z.string()),
        counts: z.strictObject({
          users: z.int(),
          roles: z.int(),
          nodes: z.int(),
          tokens: z.int(),
          locks: z.int(),
        }),
      }),
  },
  reachable: {
    method: "GET",
    path: "/v1/reachable",
    callers: ["user"],
    summary: "List the live nodes to which the caller may connect with at least one login",
    reply: ({ z, node }) => z.array(node),
  },
} as const satisfies Routes;
