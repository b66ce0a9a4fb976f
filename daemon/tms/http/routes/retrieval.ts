import { z } from "@hono/zod-openapi";
import { Fault } from "../../../../core/fault.ts";
import { counter } from "../../../metrics.ts";
import { checkHost } from "../../host-credentials.ts";
import { MAX_OFFLINE_LOGINS } from "../../keys/retrieve.ts";
import * as f from "../field-types.ts";
import { input } from "../fields.ts";
import { type Route, route } from "../route.ts";

const asked = counter("sallyport_tms_retrievals_total", "Keys that hosts asked for, by outcome.");

const connection = {
  description: "Which login this is for: sshd asks more than once for one, and it costs one use.",
  example: "kQ3o2v",
};

/** What sshd's side asks. All of it is hot: sshd waits for it at every login. */
export const retrieval: readonly Route[] = [
  route(
    {
      id: "retrievePublicKey",
      method: "post",
      path: "/tms/pubkeys/creds/retrieve",
      tag: "Public keys",
      callers: "anyone",
      checks: "open",
      summary: "Ask for the public key of a fingerprint, as sshd does at a login",
      differs:
        "uses, expiry, MFA, link, delegation, client and tenant are kept to (403 names the first that does not hold); a reservation lets an operation go on. One login costs one use. A tenant may want the host's credential.",
      body: {
        user: input.host_account,
        user_uid: f.optional(f.text({ description: "The account's uid. Not used.", example: "1000" })),
        host: input.host,
        public_key_fingerprint: input.public_key_fingerprint,
        key_type: f.optional(f.text({ description: "As sshd calls it. Not used.", example: "ssh-ed25519" })),
        connection: f.optional(
          // A caller that sends nothing in it tells no connections apart.
          f.text({ ...connection, max: 64 }).transform((text) => (text === "" ? undefined : text)),
        ),
        statement: f.optional(f.flag("Whether to answer a signed statement, too, that the host may keep.")),
        offline: f.optional(
          z
            .array(f.text({ ...connection, max: 64 }))
            .max(MAX_OFFLINE_LOGINS, `expected at most ${MAX_OFFLINE_LOGINS}`)
            .openapi({ description: "Logins that were answered from such statements meanwhile: each costs a use." }),
        ),
      },
      response: {
        public_key: f.word(
          "One line as in authorized_keys, with the options that the key's restrictions ask for.",
          "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFmB8W1C4oLP1T3N0q7m1m2n2mYF7n1yq0y7Jm0vT3xg",
        ),
        statement: z
          .object({
            text: f.word(
              "JSON: which key, for which account and host, until when, with how many uses.",
              '{"version":1,…}',
            ),
            signature: f.word("Of this text by the escrow's key: an SSHSIG in base64.", "U1NIU0lH…"),
          })
          .optional()
          .openapi({ description: "Where it was asked for. An addition." }),
      },
      refusals: {
        401: "The tenant wants the host's credential.",
        403: "A condition does not hold, or the credential is another host's.",
        404: "There is no such key for this account and host.",
        429: "Too many keys from this address that do not exist, or too many logins of late that it tells of.",
      },
    },
    async ({ app, body, credentials }) => {
      try {
        const response = await app.retrieve(body, credentials);
        asked.add({ outcome: "answered" });
        return response;
      } catch (thrown) {
        asked.add({ outcome: thrown instanceof Fault ? thrown.code : "internal" });
        throw thrown;
      }
    },
  ),
  route(
    {
      id: "getEscrowKeys",
      method: "get",
      path: "/tms/escrow-keys",
      tag: "Public keys",
      callers: "anyone",
      checks: "open",
      addition: true,
      summary: "Show the keys that sign statements for hosts, and to a host whether its credential is good",
      query: { host: f.optional(input.host) },
      response: {
        keys: z.array(f.word("One line as in authorized_keys.", "ssh-ed25519 AAAAC3…")),
        host_accepted: z.literal(true).optional().openapi({
          description: "The credential in the header is good for `host`. Missing where not both are there.",
        }),
      },
      refusals: { 401: "The credential is wrong.", 403: "The credential is another host's." },
    },
    async ({ tms, query, credentials }) => {
      const keys = [tms.statementKey.public.toString()];
      if (query.host === undefined || credentials.hostCredential === undefined) return { keys };
      await checkHost(tms, credentials.hostCredential, query.host);
      return { keys, host_accepted: true as const };
    },
  ),
];
