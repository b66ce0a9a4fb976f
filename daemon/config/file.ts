import { z } from "zod";
import { isAddress } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { hostName, plainName, SHOWABLE } from "../../core/names.ts";
import { labels, pathText, problem } from "../../core/resource/resource.ts";
import { duration } from "../../core/resource/role.ts";
import { suggest } from "../../core/suggest.ts";
import { parseYaml, type YamlDocument } from "../../core/yaml.ts";
import { LOG_FORMATS } from "../log.ts";
import { parseListenAddress, parsePublicAddress } from "./address.ts";

/** The configuration file: the sections and keys of Teleport's that have an effect here, and `tms_service`. */

const text = z.string().min(1, "expected text, not nothing").max(4096);
/** YAML 1.2 has no `yes` and `no`, but they are common in configuration files. */
const FLAGS = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ["yes", true],
  ["no", false],
  ["on", true],
  ["off", false],
]);
const flag = z
  .unknown()
  .refine((value) => FLAGS.has(value), "expected yes or no")
  .transform((value) => FLAGS.get(value) === true);
const anywhere = { host: "0.0.0.0", port: 0 };
const listenAddr = text.refine((value) => parseListenAddress(value, anywhere) !== undefined, "expected host:port");
const publicAddr = text.refine((value) => parsePublicAddress(value) !== undefined, "expected host or host:port");
const ip = text.refine(isAddress, "expected an IP address");
const some = <T extends z.ZodType<string>>(one: T) =>
  z
    .union([one, z.array(one).min(1, "expected at least one")], { error: "expected text or a list of texts" })
    .transform((value): z.output<T>[] => (Array.isArray(value) ? value : [value]));
/** A section. An empty one (`null` in YAML) is a section without keys. */
const section = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).nullish();

const SEVERITIES = ["error", "warn", "warning", "info", "debug"] as const;
const severity = text
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(SEVERITIES, { error: `expected one of ${SEVERITIES.join(", ")}` }));

const global = section({
  nodename: hostName.optional(),
  data_dir: text.optional(),
  pid_file: text.optional(),
  auth_token: text.optional(),
  ca_pin: some(text).optional(),
  advertise_ip: ip.optional(),
  auth_servers: some(publicAddr).optional(),
  connection_limits: section({
    max_connections: z.int("expected a whole number").min(1, "expected at least 1").max(1_000_000).optional(),
  }),
  log: section({
    output: text.optional(),
    severity: severity.optional(),
    format: z.enum(LOG_FORMATS, { error: `expected one of ${LOG_FORMATS.join(", ")}` }).optional(),
  }),
  storage: section({
    type: z.literal("sqlite", { error: "expected sqlite, the only supported type" }).optional(),
  }),
  diag_addr: listenAddr.optional(),
});

const keypairs = z.array(z.strictObject({ key_file: text, cert_file: text }));

const NEW_CLIENTS = ["allow", "disallow"] as const;
/** A value of TMS's configuration that is not supported gets an explanation. */
const newClients = text
  .refine(
    (value) => value !== "on_approval",
    "expected allow or disallow (with disallow, admins register clients); on_approval is not supported",
  )
  .pipe(z.enum(NEW_CLIENTS, { error: `expected one of ${NEW_CLIENTS.join(", ")}` }));
const httpsOnly = text.regex(
  /^https(?::\/\/|$)/i,
  "expected https://…; private keys and secrets are not sent over plain HTTP",
);

const SECOND_FACTORS = ["otp", "optional", "off"] as const;

const schema = z.strictObject({
  sallyport: global,
  teleport: global,
  auth_service: section({
    enabled: flag.optional(),
    cluster_name: plainName.optional(),
    listen_addr: listenAddr.optional(),
    public_addr: some(publicAddr).optional(),
    tokens: z.array(text.regex(/^[a-z,]+:.+$/, 'expected "node,proxy:TOKEN" or "node:/path/of/a/file"')).optional(),
    authentication: section({
      type: z.literal("local", { error: "expected local, the only supported type" }).optional(),
      second_factor: z.enum(SECOND_FACTORS, { error: `expected one of ${SECOND_FACTORS.join(", ")}` }).optional(),
    }),
  }),
  proxy_service: section({
    enabled: flag.optional(),
    listen_addr: listenAddr.optional(),
    web_listen_addr: listenAddr.optional(),
    public_addr: some(publicAddr).optional(),
    ssh_public_addr: some(publicAddr).optional(),
    https_keypairs: keypairs.optional(),
  }),
  ssh_service: section({
    enabled: flag.optional(),
    listen_addr: listenAddr.optional(),
    public_addr: some(publicAddr).optional(),
    labels: labels.optional(),
    commands: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a label name (letters, digits, . _ : / -)"),
          command: z.array(text).min(1, "expected a program and its arguments"),
          period: duration.optional(),
        }),
      )
      .optional(),
  }),
  tms_service: section({
    enabled: flag.optional(),
    listen_addr: listenAddr.optional(),
    public_addr: some(publicAddr).optional(),
    https_keypairs: keypairs.optional(),
    enable_mvp: flag.optional(),
    new_clients: newClients.optional(),
    enable_test_tenant: flag.optional(),
    title: text.regex(SHOWABLE, "expected text without control characters").optional(),
    server_urls: some(
      z.url({ protocol: /^https?$/, error: "expected a URL such as https://escrow:3000/v1" }),
    ).optional(),
    http_addr: httpsOnly.optional(),
    http_port: z.int("expected a whole number").min(0, "expected a port").max(65_535, "expected a port").optional(),
  }),
});

export type ConfigFile = Omit<z.output<typeof schema>, "teleport">;

/**
 * Parses a configuration file. `file` is its name for messages.
 * @throws Fault `bad_request`: `FILE:LINE: auth_service.listen_addr: expected host:port`.
 */
export function parseConfig(content: string, file: string): ConfigFile {
  const document = parseYaml(content, file);
  const result = schema.safeParse(document.value ?? {});
  if (!result.success) throw refusal(result.error, document, file);
  const { teleport, ...config } = result.data;
  if (teleport === undefined) return config;
  if (config.sallyport !== undefined)
    throw at(document, file, ["teleport"], "this section is an alias of sallyport; keep one of them");
  return { ...config, sallyport: teleport };
}

function refusal(error: z.ZodError, document: YamlDocument, file: string): Fault {
  // A misspelt key also causes a missing key. Report the misspelt one.
  const unknown = error.issues.find((issue) => issue.code === "unrecognized_keys");
  const { path, message } = problem(unknown === undefined ? error.issues : [unknown]);
  if (unknown === undefined) return at(document, file, path, withYamlTerms(message));
  const known = keysAt(schema, path.slice(0, -1));
  const suggestion = suggest(String(path.at(-1)), known, 1)[0];
  const hint = suggestion === undefined ? `known here: ${known.join(", ")}` : `did you mean ${suggestion}?`;
  return at(document, file, path, "unknown key", hint);
}

/** Replaces zod's type names with terms of a configuration file. */
function withYamlTerms(message: string): string {
  const quote = /expected string, received (?:number|boolean)$/.test(message) ? "; put it in quotes" : "";
  const words = message
    .replace(/, received (?=[aeiou])/, ", not an ")
    .replace(/, received /, ", not a ")
    .replaceAll("expected object", "expected keys and values")
    .replaceAll(/(?:an? )?\b(?:object|record)\b/g, "keys and values")
    .replaceAll(/(?:an )?\barray\b/g, "a list")
    .replaceAll(/(?:a )?\bstring\b/g, "text")
    .replaceAll(/(?:a )?\bnull\b/g, "nothing");
  return `${words.startsWith("expected") ? "" : "expected "}${words}${quote}`;
}

function at(document: YamlDocument, file: string, path: readonly PropertyKey[], reason: string, hint?: string): Fault {
  const line = document.locate(path)?.line ?? 1;
  return new Fault("bad_request", `${file}:${line}: ${path.length === 0 ? "" : `${pathText(path)}: `}${reason}`, {
    hint,
  });
}

/** The keys that an object at `path` can have. */
function keysAt(root: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let found: unknown = root;
  for (const step of path) {
    found = inner(found);
    if (found instanceof z.ZodObject) found = (found.shape as Record<PropertyKey, unknown>)[step];
    else if (found instanceof z.ZodArray) found = found.element;
  }
  found = inner(found);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function inner(schema: unknown): unknown {
  let found = schema;
  while (found instanceof z.ZodOptional || found instanceof z.ZodNullable) found = found.unwrap();
  return found;
}
