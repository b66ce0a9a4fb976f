import { deleteHostCredential, rotateHostCredential } from "../../host-credentials.ts";
import { createHost, deleteHost, getHost, listHosts } from "../../hosts.ts";
import * as f from "../field-types.ts";
import { input, output } from "../fields.ts";
import { deletionResult, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const record = {
  id: f.id,
  tenant: output.tenant,
  host: output.host,
  addr: output.addr,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Hosts", callers: ["admin"] } as const;
const names = { tenant: input.tenant, host: input.host, addr: input.addr };
const params = { host: input.host };

export const hosts: readonly Route[] = [
  route(
    {
      ...common,
      id: "createHost",
      method: "post",
      path: "/tms/hosts",
      checks: "namedTenant",
      summary: "Record an address of a host",
      body: names,
      response: { tenant: output.tenant, host: output.host, addr: output.addr },
      status: 201,
      refusals: { 409: "The record exists already." },
    },
    async ({ tms, tenant, body, actor }) => withTenant(tenant)(await createHost(tms, tenant, body, actor)),
  ),
  listRoute(
    {
      ...common,
      id: "listHosts",
      path: "/tms/hosts/list",
      checks: "headerTenant",
      summary: "List addresses of hosts",
      record,
      list: { items: "users", count: "num_mappings" },
    },
    async ({ tms, tenant }) => (await listHosts(tms, tenant)).map(withTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getHost",
      method: "get",
      path: "/tms/hosts/{id}",
      checks: "headerTenant",
      summary: "Show an address of a host",
      params: { id: f.idParam("The record's id.") },
      response: record,
      refusals: { 404: "The record does not exist." },
    },
    async ({ tms, tenant, params }) => withTenant(tenant)(await getHost(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "deleteHost",
      method: "delete",
      path: "/tms/hosts/del",
      checks: "namedTenant",
      summary: "Delete an address of a host",
      body: names,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, actor }) => deletionResult(await deleteHost(tms, tenant, body, actor)),
  ),
  route(
    {
      ...common,
      id: "updateHostCredential",
      method: "patch",
      path: "/tms/hosts/credential/{host}",
      checks: "headerTenant",
      summary: "Issue or rotate a host's credential",
      description:
        "The host presents the credential when it retrieves keys. A tenant can require it. With `grace_minutes` the old credential stays valid for that long.",
      addition: true,
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      response: {
        tenant: output.tenant,
        host: output.host,
        credential: f.word(
          "Returned once; it cannot be retrieved again.",
          "tmsh_17_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
        ),
      },
    },
    async ({ tms, tenant, params: { host }, query: { grace_minutes = 0 }, actor }) =>
      withTenant(tenant)(await rotateHostCredential(tms, tenant, host, grace_minutes, actor)),
  ),
  route(
    {
      ...common,
      id: "deleteHostCredential",
      method: "delete",
      path: "/tms/hosts/credential/{host}",
      checks: "headerTenant",
      summary: "Revoke a host's credential",
      addition: true,
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, actor }) =>
      deletionResult(await deleteHostCredential(tms, tenant, params.host, actor)),
  ),
];
