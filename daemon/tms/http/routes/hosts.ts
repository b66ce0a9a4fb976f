import { deleteHostCredential, rotateHostCredential } from "../../host-credentials.ts";
import { createHost, deleteHost, getHost, listHosts } from "../../hosts.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, ofTenant } from "../rows.ts";

const row = {
  id: f.id,
  tenant: shown.tenant,
  host: shown.host,
  addr: shown.addr,
  created: f.created,
  updated: f.updated,
};

const common = { tag: "Hosts", who: ["admin"] } as const;
const names = { tenant: given.tenant, host: given.host, addr: given.addr };
const params = { host: given.host };

export const hosts: readonly Route[] = [
  route(
    {
      ...common,
      id: "createHost",
      method: "post",
      path: "/tms/hosts",
      order: "P2",
      summary: "Record an address of a host",
      body: names,
      answer: { tenant: shown.tenant, host: shown.host, addr: shown.addr },
      status: 201,
      refuses: { 409: "There is such a record." },
    },
    async ({ tms, tenant, body, by }) => ofTenant(tenant)(await createHost(tms, tenant, body, by)),
  ),
  listRoute(
    {
      ...common,
      id: "listHosts",
      path: "/tms/hosts/list",
      order: "P1",
      summary: "List addresses of hosts",
      row,
      list: { rows: "users", count: "num_mappings" },
    },
    async ({ tms, tenant }) => (await listHosts(tms, tenant)).map(ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      id: "getHost",
      method: "get",
      path: "/tms/hosts/{id}",
      order: "P1",
      summary: "Show an address of a host",
      params: { id: f.idParam("The record's id.") },
      answer: row,
      refuses: { 404: "There is no such record." },
    },
    async ({ tms, tenant, params }) => ofTenant(tenant)(await getHost(tms, tenant, params.id)),
  ),
  route(
    {
      ...common,
      id: "deleteHost",
      method: "delete",
      path: "/tms/hosts/del",
      order: "P2",
      summary: "Remove an address of a host",
      body: names,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, by }) => deleted(await deleteHost(tms, tenant, body, by)),
  ),
  route(
    {
      ...common,
      id: "updateHostCredential",
      method: "patch",
      path: "/tms/hosts/credential/{host}",
      order: "P1",
      summary: "Give a host a credential, or a new one",
      description:
        "By which the host proves itself when it asks for keys. A tenant can require it. With `grace_minutes` the old one opens for that long, too.",
      addition: true,
      params,
      query: { grace_minutes: f.optional(f.graceMinutes) },
      answer: {
        tenant: shown.tenant,
        host: shown.host,
        credential: f.word("Shown here and never again.", "tmsh_17_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"),
      },
    },
    async ({ tms, tenant, params: { host }, query: { grace_minutes = 0 }, by }) =>
      ofTenant(tenant)(await rotateHostCredential(tms, tenant, host, grace_minutes, by)),
  ),
  route(
    {
      ...common,
      id: "deleteHostCredential",
      method: "delete",
      path: "/tms/hosts/credential/{host}",
      order: "P1",
      summary: "Take a host its credential",
      addition: true,
      params,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, params, by }) => deleted(await deleteHostCredential(tms, tenant, params.host, by)),
  ),
];
