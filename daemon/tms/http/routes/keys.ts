import type { KeyType } from "../../../../core/cert/private-key.ts";
import { counter } from "../../../metrics.ts";
import { addKey, createKey } from "../../keys/create.ts";
import { getKey } from "../../keys/find.ts";
import { listKeys } from "../../keys/list.ts";
import { deleteKey, updateKey } from "../../keys/update.ts";
import type { KeyRow } from "../../schema.ts";
import * as f from "../fields.ts";
import { given, shown } from "../nouns.ts";
import { restrictions } from "../restrictions.ts";
import { listRoute, type Route, route } from "../route.ts";
import { deleted, each, ofTenant } from "../rows.ts";

const created = counter("sallyport_tms_keys_created_total", "Keys that clients made or brought, by type.");

const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFmB8W1C4oLP1T3N0q7m1m2n2mYF7n1yq0y7Jm0vT3xg";
const public_key = f.word("One line as in authorized_keys, without a comment.", PUBLIC_KEY);
const key_type = f.word("ed25519, ecdsa or rsa.", "ed25519");

const row = {
  id: f.id,
  tenant: shown.tenant,
  client_id: shown.client_id,
  client_user_id: shown.client_user_id,
  host: shown.host,
  host_account: shown.host_account,
  public_key_fingerprint: shown.public_key_fingerprint,
  public_key,
  key_type,
  key_bits: f.count("Its size in bits."),
  max_uses: f.count("Uses in all; 2147483647 is without end."),
  remaining_uses: f.count("Uses that are left; 0 is none."),
  initial_ttl_minutes: f.count("Minutes from its making to its end, at first; 2147483647 is without end."),
  expires_at: f.expires_at,
  created: f.created,
  updated: f.updated,
  restrictions: restrictions.optional(),
};

const common = { tag: "Public keys" } as const;
const seen = { order: "P1", who: ["client", "admin"] } as const;
const names = {
  client_id: given.client_id,
  tenant: given.tenant,
  host: given.host,
  public_key_fingerprint: given.public_key_fingerprint,
};
const wanted = {
  client_user_id: given.client_user_id,
  host: given.host,
  host_account: given.host_account,
  num_uses: f.int32("Logins that the key is good for. Negative: without end. 0: none.", 10),
  ttl_minutes: f.ttlMinutes,
};
const made = {
  public_key,
  public_key_fingerprint: shown.public_key_fingerprint,
  key_type,
  key_bits: f.word("Its size in bits.", "256"),
  max_uses: f.word("Uses in all; 2147483647 is without end.", "10"),
  remaining_uses: f.word("Uses that are left.", "10"),
  expires_at: f.expires_at,
};
const refused = "The user's MFA, the link or the delegation is missing, disabled or has expired; the text names which.";

export const keys: readonly Route[] = [
  route(
    {
      ...common,
      id: "createKeyPair",
      method: "post",
      path: "/tms/pubkeys/creds",
      who: ["client"],
      order: "P3",
      summary: "Make a key pair for a user's account on a host",
      description:
        "The private key is answered once and never kept. In MVP mode what the key hangs on is made with it.",
      differs: "`num_uses` and `ttl_minutes` are kept to; `restrictions` may be given.",
      body: {
        ...wanted,
        key_type: f.optional(
          f.text({
            description: "ED25519 (also for every unknown word), ECDSA (P-521) or RSA (4096).",
            example: "ed25519",
          }),
        ),
        restrictions: f.optional(restrictions),
      },
      answer: {
        ...made,
        private_key: f.word("In OpenSSH's form, without a passphrase.", "-----BEGIN OPENSSH PRIVATE KEY-----…"),
      },
      status: 201,
      refuses: { 403: refused, 429: "Too many keys of a type that takes long are being made." },
    },
    async ({ tms, tenant, client, body, by }) => {
      const request = { ...body, key_type: keyType(body.key_type) };
      const { row, private_key } = await createKey(tms, tenant, client(), request, by);
      created.add({ type: row.key_type });
      return { ...inText(row), private_key };
    },
  ),
  route(
    {
      ...common,
      id: "addPublicKey",
      method: "post",
      path: "/tms/pubkeys",
      who: ["client"],
      order: "P3",
      summary: "Bring a public key, whose private key never leaves the client",
      addition: true,
      body: {
        ...wanted,
        public_key: f.text({
          description: "One line as in authorized_keys, without options.",
          example: PUBLIC_KEY,
          max: 16_384,
        }),
        restrictions: f.optional(restrictions),
      },
      answer: made,
      status: 201,
      refuses: { 403: refused, 409: "There is such a key for this host." },
    },
    async ({ tms, tenant, client, body, by }) => {
      const row = await addKey(tms, tenant, client(), body, by);
      created.add({ type: row.key_type });
      return inText(row);
    },
  ),
  listRoute(
    {
      ...common,
      ...seen,
      id: "listPublicKeys",
      path: "/tms/pubkeys/list",
      summary: "List keys: a client sees its own, an admin all",
      row,
      list: { rows: "pubkeys", count: "num_pubkeys" },
    },
    ({ tms, tenant, only }) => each(listKeys(tms, tenant, only), ofTenant(tenant)),
  ),
  route(
    {
      ...common,
      ...seen,
      id: "getPublicKey",
      method: "get",
      path: "/tms/pubkeys/id/{seqno}",
      summary: "Show a key",
      params: { seqno: f.idParam("The key's id.") },
      answer: row,
      refuses: { 404: "There is no such key, or it is another client's." },
    },
    async ({ tms, tenant, params, only }) => ofTenant(tenant)(await getKey(tms, tenant, params.seqno, only)),
  ),
  route(
    {
      ...common,
      id: "updatePublicKey",
      method: "patch",
      path: "/tms/pubkeys",
      who: ["client", "admin"],
      order: "P4",
      summary: "Change how often a key may be used, or until when",
      description:
        "With `max_uses` 10 a key that was used 4 times has 6 left. What is taken below the uses that were made is forgotten.",
      body: {
        ...names,
        max_uses: f.optional(f.uint32("Uses in all. 0: none.", 10)),
        ttl_minutes: f.optional(f.uint32("Minutes from now. 0: expired at once.", 480)),
      },
      answer: { fields_updated: f.fields_updated },
      refuses: { 404: "There is no such key." },
    },
    async ({ tms, tenant, body, by }) => {
      if (body.max_uses === undefined && body.ttl_minutes === undefined)
        return { fields_updated: 0, result_msg: "No updates specified" };
      return { fields_updated: await updateKey(tms, tenant, body, by) };
    },
  ),
  route(
    {
      ...common,
      id: "deletePublicKey",
      method: "delete",
      path: "/tms/pubkeys/del",
      who: ["client", "admin"],
      order: "P4del",
      summary: "Remove a key and its reservations",
      body: names,
      answer: { num_deleted: f.num_deleted },
    },
    async ({ tms, tenant, body, by }) => deleted(await deleteKey(tms, tenant, body, by)),
  ),
];

const KEY_TYPES = ["ed25519", "ecdsa", "rsa"] as const satisfies readonly KeyType[];

/** As in TMS a word that is not known means the default. */
function keyType(text: string | undefined): KeyType {
  return KEY_TYPES.find((type) => type === text?.toLowerCase()) ?? "ed25519";
}

/** What TMS answers as text when a key is made, and as numbers when it is shown. */
function inText(row: KeyRow) {
  const { key_bits, max_uses, remaining_uses, ...rest } = row;
  return { ...rest, key_bits: String(key_bits), max_uses: String(max_uses), remaining_uses: String(remaining_uses) };
}
