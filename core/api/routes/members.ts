import { lines, type Routes } from "../route.ts";

/** Machines of the cluster: how they join, stay members and learn what changes. */
export const members = {
  join: {
    method: "POST",
    path: "/v1/join",
    callers: ["join"],
    summary: "Join the cluster with the token of the connection, and be issued a host certificate",
    request: ({ z, uuid, hostName, hostRole, publicKey }) =>
      z.strictObject({
        uuid,
        hostname: hostName,
        roles: z.array(hostRole).min(1),
        public_key: publicKey,
        /** Host names and addresses under which the machine is reached, beside its own name. */
        addresses: z.array(hostName).max(32).default([]),
      }),
    reply: ({ hostCertificate }) => hostCertificate,
    faults: ["conflict"],
  },
  renew: {
    method: "POST",
    path: "/v1/renew",
    callers: ["node", "proxy"],
    summary: "Renew the caller's host certificate; UUID, key and roles stay",
    request: ({ z, hostName, publicKey }) =>
      z.strictObject({
        hostname: hostName,
        public_key: publicKey,
        addresses: z.array(hostName).max(32).default([]),
      }),
    reply: ({ hostCertificate }) => hostCertificate,
    faults: ["conflict"],
  },
  heartbeat: {
    method: "POST",
    path: "/v1/heartbeats/node",
    callers: ["node"],
    summary: "Report that the calling node is alive, with its address and labels",
    request: ({ z, node }) => z.strictObject({ node: node.pick({ metadata: true, spec: true }) }),
    faults: ["conflict"],
  },
  proxyHeartbeat: {
    method: "POST",
    path: "/v1/heartbeats/proxy",
    callers: ["proxy"],
    summary: "Report that the calling proxy is alive, with the `host:port` under which users reach it",
    request: ({ z, hostName }) =>
      z.strictObject({ hostname: hostName, web_addr: z.string().max(300), ssh_addr: z.string().max(300) }),
  },
  watch: {
    method: "GET",
    path: "/v1/watch",
    callers: ["node", "proxy"],
    summary:
      "Follow the resources of some kinds: the present ones, then `ready`, then every change; nodes are for proxies",
    /** Separated by commas. */
    query: ({ z }) => z.object({ kinds: z.string().default("") }),
    reply: lines(({ watchLine }) => watchLine),
    faults: ["not_found"],
  },
} as const satisfies Routes;
