import type { Headers, Reply, TmsServer } from "../kit/tms-server.ts";
import type { Operation, Schema, Spec } from "../tms/spec.ts";
import { mutate, type Random } from "./random.ts";

/** Requests that nearly conform to the API's description, and the allowed responses. */

const TEXTS: readonly unknown[] = [
  "",
  " ",
  "a",
  "lab",
  "default",
  "portal",
  "ada",
  "h1",
  "ada1",
  "~~admin",
  "a".repeat(255),
  "a".repeat(256),
  "a".repeat(70_000),
  "\u0000",
  "a\nb",
  "\ud800",
  "\u{1f511}",
  "ﬁ",
  "../..",
  "%2e%2e%2f",
  "'; --",
  "${jndi}",
  "__proto__",
  "SHA256:",
  `SHA256:${"A".repeat(43)}`,
  "ssh-ed25519 AAAA",
  "1.0",
  ">=1, <2",
  "true",
  "-1",
  "9999-12-31T23:59:59Z",
];
const NUMBERS: readonly unknown[] = [
  0, 1, -1, 60, 2_147_483_647, -2_147_483_648, 2_147_483_648, 4_294_967_295, 4_294_967_296, 1e21, -0, 0.5, 1e308,
];
const OTHERS: readonly unknown[] = [null, true, false, [], {}, [[]], { a: 1 }, [null], ["a"]];

/** Existing and plausible values by field name. */
const KNOWN: Readonly<Record<string, unknown>> = {
  tenant: "lab",
  client_id: "portal",
  app_name: "portal",
  app_version: "1.0",
  tms_user_id: "ada",
  client_user_id: "ada",
  host: "h1",
  host_account: "ada1",
  user: "ada1",
  addr: "192.0.2.1",
  ttl_minutes: 60,
  num_uses: 5,
  max_uses: 5,
};

/** A value for the field of this name and schema; sometimes an invalid one. */
function value(random: Random, spec: Spec, unresolved: Schema, name = ""): unknown {
  const schema = spec.resolve(unresolved);
  if (Object.hasOwn(KNOWN, name) && random.below(4) !== 0) return KNOWN[name];
  if (random.below(6) === 0) return random.pick(random.pick([TEXTS, NUMBERS, OTHERS]));
  switch (schema.type) {
    case "integer":
    case "number":
      return random.pick(NUMBERS);
    case "boolean":
      return random.below(2) === 0;
    case "array":
      return Array.from({ length: random.below(4) }, () => value(random, spec, schema.items ?? {}));
    case "object":
      return fields(random, spec, schema);
    default:
      return random.below(3) === 0 && schema.example !== undefined ? schema.example : random.pick(TEXTS);
  }
}

function fields(random: Random, spec: Spec, { properties = {} }: Schema): Record<string, unknown> {
  const entries = Object.entries(properties)
    .filter(() => random.below(20) !== 0)
    .map(([name, schema]) => [name, value(random, spec, schema, name)] as const);
  const more = random.below(8) === 0 ? [[random.pick(["x", "__proto__", "constructor", "tenant"]), 1] as const] : [];
  return Object.fromEntries([...entries, ...more]);
}

/** The body as text: JSON, sometimes mutated. */
function body(random: Random, spec: Spec, schema: Schema, others: readonly Uint8Array[]): string {
  const made = value(random, spec, schema);
  const text = JSON.stringify(made) ?? "";
  if (random.below(4) !== 0) return text;
  return mutate(random, Buffer.from(text), others).toString("latin1");
}

/** These operations would destroy the setup, so they are sent without valid credentials only. */
const ENDS = /^(?:delete|wipe|update)Tenant$|^(?:update|delete)Client$|^update(?:Admin|Client)Secret$|^deleteAdmin$/;

export interface FuzzedEscrow {
  readonly server: TmsServer;
  readonly spec: Spec;
  readonly random: Random;
  /** Credentials: none, of clients, of admins. */
  readonly callers: readonly Headers[];
}

/** Sends one request. @throws Error when the response is not as described. */
export async function fuzzRequest({ server, spec, random, callers }: FuzzedEscrow): Promise<Reply> {
  const it = random.pick([...spec.operations.values()]);
  const known = ENDS.test(it.operationId) ? callers.slice(0, 1) : callers;
  const headers = { ...random.pick(known), ...header(random) };
  const sent = it.body === undefined ? undefined : body(random, spec, it.body, SEEDS);
  const ask = { headers, ...(sent !== undefined && { body: sent }) };
  const reply = await server.ask(it.method, `${spec.base}${path(random, spec, it)}`, ask);
  judge(spec, it, reply, `${it.method} ${it.path} ${sent?.slice(0, 500)}`);
  return reply;
}

const SEEDS = ['{"a":', "[[[[", '"\\u0000"', "\\ud800", "1e999", "{}{}", "\u00ff\u00fe"].map((text) =>
  Buffer.from(text),
);

function header(random: Random): Headers {
  const text = random.pick(["", "lab", "a".repeat(300), "\u00e9", "null", "lab, default"]);
  const name = random.pick([
    "X-TMS-TENANT",
    "X-TMS-CLIENT-ID",
    "X-TMS-ADMIN-ID",
    "X-TMS-HOST-CREDENTIAL",
    "content-type",
  ]);
  return random.below(5) === 0 ? { [name]: text } : {};
}

function path(random: Random, spec: Spec, it: Operation): string {
  const word = (name: string, schema: Schema) => {
    const text = String(value(random, spec, schema, name));
    return text.isWellFormed() ? encodeURIComponent(text.slice(0, 2_000)) : "%ED%A0%80";
  };
  const query = it.parameters
    .filter((parameter) => parameter.in === "query" && random.below(2) === 0)
    .map(({ name, schema }) => `${name}=${word(name, schema)}`);
  const filled = it.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    word(name, it.parameters.find((parameter) => parameter.name === name)?.schema ?? {}),
  );
  return query.length === 0 ? filled : `${filled}?${query.join("&")}`;
}

/** Refusals that any route may answer. */
const OF_THE_FRAME: ReadonlySet<number> = new Set([400, 404, 405, 413, 415, 431]);

function judge(spec: Spec, it: Operation, reply: Reply, what: string): void {
  if (reply.status >= 500) throw new Error(`${what}: ${reply.status} ${reply.text}`);
  if (/\n\s+at |\.ts:\d|node_modules|bunfs/.test(reply.text)) throw new Error(`${what} shows code: ${reply.text}`);
  const { result_code, result_msg, ...rest } = reply.body;
  const refusal =
    result_code === String(reply.status) && typeof result_msg === "string" && Object.keys(rest).length === 0;
  if (OF_THE_FRAME.has(reply.status) && refusal) return;
  // A value in the path may have changed the path.
  if (reply.status === 200 && it.path.includes("{") && it.method === "GET") return;
  spec.check(it, reply);
}
