import type { KeyType } from "../../../../core/cert/private-key.ts";
import { counter } from "../../../metrics.ts";
import { createKey, importKey } from "../../keys/create.ts";
import { getKey } from "../../keys/find.ts";
import { listKeys } from "../../keys/list.ts";
import { deleteKey, updateKey } from "../../keys/update.ts";
import type { KeyRecord } from "../../schema.ts";
import * as f from "../field-types.ts";
import { input, output, restrictions } from "../fields.ts";
import { deletionResult, mapRecords, NO_UPDATES, withTenant } from "../response.ts";
import { listRoute, type Route, route } from "../route.ts";

const created = counter("sallyport_tms_keys_created_total", "Keys that clients created or imported, by type.");

const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFmB8W1C4oLP1T3N0q7m1m2n2mYF7n1yq0y7Jm0vT3xg";
const public_key = f.word("A line of authorized_keys, without a comment.", PUBLIC_KEY);
const key_type = f.word("ed25519, ecdsa or rsa.", "ed25519");

const record = {
  id: f.id,
  tenant: output.tenant,
  client_id: output.client_id,
  client_user_id: output.client_user_id,
  host: output.host,
  host_account: output.host_account,
  public_key_fingerprint: output.public_key_fingerprint,
  public_key,
  key_type,
  key_bits: f.count("The key's size in bits."),
  max_uses: f.count("The number of uses; 2147483647 means unlimited."),
  remaining_uses: f.count("The number of uses left."),
  initial_ttl_minutes: f.count("The lifetime at creation, in minutes; 2147483647 means unlimited."),
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
  restrictions: restrictions.optional(),
};

const common = { tag: "Public keys" } as const;
const readable = { checks: "headerTenant", callers: ["client", "admin"] } as const;
const names = {
  client_id: input.client_id,
  tenant: input.tenant,
  host: input.host,
  public_key_fingerprint: input.public_key_fingerprint,
};
const newKey = {
  client_user_id: input.client_user_id,
  host: input.host,
  host_account: input.host_account,
  num_uses: f.int32("The number of logins. Negative: unlimited. 0: none.", 10),
  ttl_minutes: f.ttlMinutes,
};
const createdKey = {
  public_key,
  public_key_fingerprint: output.public_key_fingerprint,
  key_type,
  key_bits: f.word("The key's size in bits.", "256"),
  max_uses: f.word("The number of uses; 2147483647 means unlimited.", "10"),
  remaining_uses: f.word("The number of uses left.", "10"),
  expires_at: f.expires_at,
};
const conditionRefused =
  "The user's MFA, the link or the delegation is missing, disabled or has expired; the message names which.";

export const keys: readonly Route[] = [
  route(
    {
      ...common,
      id: "createKeyPair",
      method: "post",
      path: "/tms/pubkeys/creds",
      callers: ["client"],
      checks: "clientOnly",
      summary: "Create a key pair for a user's account on a host",
      description:
        "The private key is returned once and never stored. In MVP mode missing prerequisites (MFA, link, delegation) are created with the key.",
      differs: "`num_uses` and `ttl_minutes` are enforced; `restrictions` are accepted.",
      body: {
        ...newKey,
        key_type: f.optional(
          f.text({
            description: "ED25519 (also for every unknown value), ECDSA (P-521) or RSA (4096 bits).",
            example: "ed25519",
          }),
        ),
        restrictions: f.optional(restrictions),
      },
      response: {
        ...createdKey,
        private_key: f.word("In OpenSSH's format, without a passphrase.", "-----BEGIN OPENSSH PRIVATE KEY-----…"),
      },
      status: 201,
      refusals: { 403: conditionRefused, 429: "Too many RSA or ECDSA keys are being generated." },
    },
    async ({ tms, tenant, client, body, actor }) => {
      const request = { ...body, key_type: keyType(body.key_type) };
      const { record, private_key } = await createKey(tms, tenant, client(), request, actor);
      created.add({ type: record.key_type });
      return { ...numbersAsText(record), private_key };
    },
  ),
  route(
    {
      ...common,
      id: "addPublicKey",
      method: "post",
      path: "/tms/pubkeys",
      callers: ["client"],
      checks: "clientOnly",
      summary: "Import a public key, whose private key stays with the client",
      addition: true,
      body: {
        ...newKey,
        public_key: f.text({
          description: "A line of authorized_keys, without options.",
          example: PUBLIC_KEY,
          max: 16_384,
        }),
        restrictions: f.optional(restrictions),
      },
      response: createdKey,
      status: 201,
      refusals: { 403: conditionRefused, 409: "The host has this key already." },
    },
    async ({ tms, tenant, client, body, actor }) => {
      const record = await importKey(tms, tenant, client(), body, actor);
      created.add({ type: record.key_type });
      return numbersAsText(record);
    },
  ),
  listRoute(
    {
      ...common,
      ...readable,
      id: "listPublicKeys",
      path: "/tms/pubkeys/list",
      summary: "List keys: a client sees its own, an admin all",
      record,
      list: { items: "pubkeys", count: "num_pubkeys" },
    },
    ({ tms, tenant, onlyClient }) => mapRecords(listKeys(tms, tenant, onlyClient), withTenant(tenant)),
  ),
  route(
    {
      ...common,
      ...readable,
      id: "getPublicKey",
      method: "get",
      path: "/tms/pubkeys/id/{seqno}",
      summary: "Show a key",
      params: { seqno: f.idParam("The key's id.") },
      response: record,
      refusals: { 404: "The key does not exist, or it belongs to another client." },
    },
    async ({ tms, tenant, params, onlyClient }) =>
      withTenant(tenant)(await getKey(tms, tenant, params.seqno, onlyClient)),
  ),
  route(
    {
      ...common,
      id: "updatePublicKey",
      method: "patch",
      path: "/tms/pubkeys",
      callers: ["client", "admin"],
      checks: "keyChange",
      summary: "Change the number of uses or the expiry of a key",
      description:
        "Past uses are deducted: with `max_uses` 10 a key that was used 4 times has 6 uses left. A value below the past uses leaves none.",
      body: {
        ...names,
        max_uses: f.optional(f.uint32("The number of uses. 0: none.", 10)),
        ttl_minutes: f.optional(f.uint32("Minutes from now. 0: expires at once.", 480)),
      },
      response: { fields_updated: f.fields_updated },
      refusals: { 404: "The key does not exist." },
    },
    async ({ tms, tenant, body, actor }) => {
      if (body.max_uses === undefined && body.ttl_minutes === undefined) return NO_UPDATES;
      return { fields_updated: await updateKey(tms, tenant, body, actor) };
    },
  ),
  route(
    {
      ...common,
      id: "deletePublicKey",
      method: "delete",
      path: "/tms/pubkeys/del",
      callers: ["client", "admin"],
      checks: "keyDelete",
      summary: "Delete a key and its reservations",
      body: names,
      response: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, actor }) => deletionResult(await deleteKey(tms, tenant, body, actor)),
  ),
];

const KEY_TYPES = ["ed25519", "ecdsa", "rsa"] as const satisfies readonly KeyType[];

/** As in TMS an unknown type means the default. */
function keyType(text: string | undefined): KeyType {
  return KEY_TYPES.find((type) => type === text?.toLowerCase()) ?? "ed25519";
}

/** TMS returns these numbers as text when a key is created, and as numbers when it is shown. */
function numbersAsText(record: KeyRecord) {
  const { key_bits, max_uses, remaining_uses, ...rest } = record;
  return { ...rest, key_bits: String(key_bits), max_uses: String(max_uses), remaining_uses: String(remaining_uses) };
}
