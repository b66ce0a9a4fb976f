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
      refusals: { 409: "There is such a record." },
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
      refusals: { 404: "There is no such record." },
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
      summary: "Remove an address of a host",
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
      summary: "Give a host a credential, or a new one",
      description:
        "By which the host proves itself when it asks for keys. A tenant can require it. With `grace_minutes` the old one opens for that long, too.",
      addition: true,
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      response: {
        tenant: output.tenant,
        host: output.host,
        credential: f.word("Shown here and never again.", "tmsh_17_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"),
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
      summary: "Take a host its credential",
      addition: true,
      params,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, actor }) =>
      deletionResult(await deleteHostCredential(tms, tenant, params.host, actor)),
  ),
];
