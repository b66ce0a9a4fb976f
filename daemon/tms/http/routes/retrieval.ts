import { z } from "@hono/zod-openapi";
import { Fault } from "../../../../core/fault.ts";
import { counter } from "../../../metrics.ts";
import { checkHost } from "../../host-credentials.ts";
import { MAX_OFFLINE_LOGINS } from "../../keys/retrieve.ts";
import * as f from "../field-types.ts";
import { input } from "../fields.ts";
import { type Route, route } from "../route.ts";

const retrievals = counter("sallyport_tms_retrievals_total", "Retrievals of keys by hosts, by outcome.");

const connection = {
  description: "Identifies the login: sshd asks more than once per login, which costs one use.",
  example: "kQ3o2v",
};

/** The requests of hosts. They are performance-critical: sshd waits for them at every login. */
export const retrieval: readonly Route[] = [
  route(
    {
      id: "retrievePublicKey",
      method: "post",
      path: "/tms/pubkeys/creds/retrieve",
      tag: "Public keys",
      callers: "anyone",
      checks: "open",
      summary: "Retrieve the public key of a fingerprint, as sshd does at a login",
      differs:
        "uses, expiry, MFA, link, delegation, client and tenant are enforced (403 names the first condition that does not hold); a reservation waives some of them. One login costs one use. A tenant may require the host's credential.",
      body: {
        user: input.host_account,
        user_uid: f.optional(f.text({ description: "The account's uid. Ignored.", example: "1000" })),
        host: input.host,
        public_key_fingerprint: input.public_key_fingerprint,
        key_type: f.optional(f.text({ description: "sshd's name of the key type. Ignored.", example: "ssh-ed25519" })),
        connection: f.optional(
          // An empty connection does not identify a login.
          f.text({ ...connection, max: 64 }).transform((text) => (text === "" ? undefined : text)),
        ),
        statement: f.optional(f.flag("Whether to return a signed statement that the host may cache.")),
        offline: f.optional(
          z
            .array(f.text({ ...connection, max: 64 }))
            .max(MAX_OFFLINE_LOGINS, `expected at most ${MAX_OFFLINE_LOGINS}`)
            .openapi({ description: "Logins that the host allowed from its cached statements; each costs a use." }),
        ),
      },
      response: {
        public_key: f.word(
          "A line of authorized_keys, with the options of the key's restrictions.",
          "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFmB8W1C4oLP1T3N0q7m1m2n2mYF7n1yq0y7Jm0vT3xg",
        ),
        statement: z
          .object({
            text: f.word("JSON: the key, its account and host, its expiry and its uses left.", '{"version":1,…}'),
            signature: f.word("The signature of `text` by the server's key: an SSHSIG in base64.", "U1NIU0lH…"),
          })
          .optional()
          .openapi({ description: "If the request asked for it. An addition." }),
      },
      refusals: {
        401: "The tenant requires the host's credential, and it is missing or wrong.",
        403: "A condition does not hold, or the credential is another host's.",
        404: "The account on this host has no such key.",
        429: "Too many requests from this address for keys that do not exist, or too many offline logins.",
      },
    },
    async ({ app, body, credentials }) => {
      try {
        const response = await app.retrieve(body, credentials);
        retrievals.add({ outcome: "answered" });
        return response;
      } catch (thrown) {
        retrievals.add({ outcome: thrown instanceof Fault ? thrown.code : "internal" });
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
      summary: "Show the keys that sign statements for hosts, and verify a host's credential",
      query: { host: f.optional(input.host) },
      response: {
        keys: z.array(f.word("A line of authorized_keys.", "ssh-ed25519 AAAAC3…")),
        host_accepted: z.literal(true).optional().openapi({
          description: "The credential in the header is valid for `host`. Omitted unless both are sent.",
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
