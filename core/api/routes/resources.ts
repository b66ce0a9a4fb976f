import type { Routes } from "../route.ts";

/** Resources of every kind. */
export const resources = {
  list: {
    method: "GET",
    path: "/v1/resources/:kind",
    callers: ["admin", "user"],
    needs: { resource: ":kind", verb: "list" },
    summary: "List the resources of a kind; values of tokens only with `with_secrets`, which is for `admin`",
    query: ({ z, flag }) => z.object({ with_secrets: flag.optional() }),
    reply: ({ z, resource }) => z.array(resource),
    faults: ["not_found"],
  },
  read: {
    method: "GET",
    path: "/v1/resources/:kind/:name",
    callers: ["admin", "user"],
    needs: { resource: ":kind", verb: "read" },
    summary: "Read a resource",
    query: ({ z, flag }) => z.object({ with_secrets: flag.optional() }),
    reply: ({ resource }) => resource,
    faults: ["not_found"],
  },
  create: {
    method: "POST",
    path: "/v1/resources/:kind",
    callers: ["admin", "user"],
    needs: { resource: ":kind", verb: "create" },
    summary: "Create a resource",
    request: ({ writtenResource }) => writtenResource,
    reply: ({ resource }) => resource,
    faults: ["not_found", "conflict"],
  },
  replace: {
    method: "PUT",
    path: "/v1/resources/:kind/:name",
    callers: ["admin", "user"],
    needs: { resource: ":kind", verb: "update" },
    summary: "Replace a resource; with `metadata.revision`, only that revision",
    request: ({ writtenResource }) => writtenResource,
    reply: ({ resource }) => resource,
    faults: ["not_found", "conflict"],
  },
  remove: {
    method: "DELETE",
    path: "/v1/resources/:kind/:name",
    callers: ["admin", "user"],
    needs: { resource: ":kind", verb: "delete" },
    summary: "Remove a resource",
    faults: ["bad_request", "not_found", "conflict"],
  },
} as const satisfies Routes;
