import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "../../cli/keycmd/arguments.ts";
import { Cache } from "../../cli/keycmd/cache/cache.ts";
import { parseConfig } from "../../cli/keycmd/config.ts";
import { ResponseReader } from "../../cli/keycmd/response.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { signSsh } from "../../core/cert/sshsig.ts";
import { Writer } from "../../core/cert/wire.ts";
import { Fault } from "../../core/fault.ts";
import { readKeyLine } from "../../core/tms/key-line.ts";
import {
  readStatement,
  type SignedStatement,
  STATEMENT_NAMESPACE,
  type Statement,
  statementText,
} from "../../core/tms/statement.ts";
import { mutate, type Random } from "./random.ts";

/** Fuzzes the untrusted input of keycmd: arguments, configuration, responses, lines, statements and cache. */

/** A constant key: it is part of the mutated input, which has to depend on the seed only. */
function keyOf(byte: number): PrivateKey {
  // PKCS #8 (RFC 8410 §7): the last 32 bytes are the key.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, byte)]);
  return PrivateKey.parse(`-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`);
}

const PUBLIC = keyOf(1).public;
const KEY = PUBLIC.toString();
const STATEMENT_KEY = keyOf(2);

/** The result; undefined for a fault that keycmd reports. @throws the error otherwise. */
function refusable<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code !== "internal") return undefined;
    throw thrown;
  }
}

async function refusableLater<T>(what: () => Promise<T>): Promise<T | undefined> {
  try {
    return await what();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code !== "internal") return undefined;
    throw thrown;
  }
}

const text = (random: Random, from: readonly string[]): string => {
  const all = from.map((one) => Buffer.from(one));
  return mutate(random, random.pick(all), all).toString("utf8");
};

const LINES: readonly string[] = [
  KEY,
  `${KEY} comment`,
  `restrict,pty,from="192.0.2.0/24,2001:db8::/32",expiry-time="20261120120000Z" ${KEY}`,
  `command="id" ${KEY}`,
  `restrict,command="a \\" b",no-pty ${KEY}`,
  `cert-authority,principals="root" ${KEY}`,
  `environment="A=B" ${KEY}\n${KEY}`,
  `from="a b",restrict\t${KEY}`,
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== x",
  "# comment",
];

/** An accepted line is a single line with restricting options only, and parses to itself. */
export function fuzzLine(random: Random): boolean {
  const line = text(random, LINES);
  const read = refusable(() => readKeyLine(line));
  if (read === undefined) return false;
  const harmless =
    /^(?:(?:restrict|pty|from="[0-9a-fA-F.:/,]+"|expiry-time="\d+Z?"),?)* ?[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$/;
  if (!harmless.test(read.text)) throw new Error(`let through: ${JSON.stringify(read.text)}`);
  if (readKeyLine(read.text).text !== read.text) throw new Error(`reads otherwise again: ${JSON.stringify(line)}`);
  return true;
}

const ARGUMENTS = [
  "root",
  "0",
  PUBLIC.fingerprint,
  "ssh-ed25519",
  "127.0.0.1 1 127.0.0.1 22",
  "--config",
  "--",
  "-x",
  "",
];

export function fuzzArguments(random: Random): boolean {
  const words = Array.from({ length: random.below(7) }, () =>
    random.below(2) === 0 ? random.pick(ARGUMENTS) : text(random, ARGUMENTS),
  );
  return refusable(() => readArguments(words)) !== undefined;
}

const CONFIGS: readonly string[] = [
  'tms_url = "https://escrow.example.com:3000"\nhost_name = "h1"\nca_file = "/etc/ca.pem"\nmax_stale = "15m"\n',
  `tms_url = "http://[::1]:3000/v1"\nhost_name = "h1"\ninsecure = true\nescrow_keys = ["${KEY}"]\ntimeout_ms = 3000\n`,
  'host_name = "h1"\ncache = "/var/lib/sallyport/keycmd"\nlog = "syslog"\nmax_stale = 0\n[a.b]\nc = [1, {d = 1979-05-27}]\n',
];

export function fuzzConfig(random: Random): boolean {
  return refusable(() => parseConfig(text(random, CONFIGS), "/etc/sallyport/keycmd.toml")) !== undefined;
}

const ANSWERS: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 21\r\nDate: Fri, 20 Nov 2026 12:00:00 GMT\r\n\r\n{"public_key":"x y"}\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n{"a":\r\n2\r\n1}\r\n0\r\nX: y\r\n\r\n',
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not Found\r\nConnection: close\r\n\r\n{}",
  "HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
];

/** A response in chunks of random size. */
export function fuzzAnswer(random: Random): boolean {
  const all = ANSWERS.map((one) => Buffer.from(one));
  const bytes = mutate(random, random.pick(all), all);
  const reader = new ResponseReader();
  return (
    refusable(() => {
      for (let at = 0; at < bytes.length; ) {
        const step = 1 + random.below(64);
        const response = reader.push(bytes.subarray(at, at + step));
        if (response !== undefined) return response;
        at += step;
      }
      return reader.end();
    }) !== undefined
  );
}

function statementOf(now: Date): Statement {
  return {
    version: 1,
    host: "h1",
    account: "ada1",
    fingerprint: PUBLIC.fingerprint,
    line: `restrict ${KEY}`,
    expires: null,
    remaining_uses: null,
    serial: String(BigInt(now.getTime()) * 1000n),
    issued: now.toISOString(),
  };
}

function sign(statement: Statement): SignedStatement {
  const said = statementText(statement);
  return { text: said, signature: signSsh(Buffer.from(said), STATEMENT_NAMESPACE, STATEMENT_KEY).toString("base64") };
}

const SIGNED = [
  sign(statementOf(new Date(0))),
  sign({ ...statementOf(new Date("2026-11-20T12:00:00Z")), remaining_uses: 3 }),
];

/** A signature of the server's key with one or two unusual parts. */
function signature(random: Random, said: string): string {
  const other = <T>(usual: T, ...others: readonly T[]) => (random.below(8) === 0 ? random.pick(others) : usual);
  const namespace = other(STATEMENT_NAMESPACE, "file", "", `${STATEMENT_NAMESPACE}\0`);
  const hash = other("sha512", "sha256", "SHA512", "");
  const digest = new Bun.CryptoHasher(hash === "sha256" ? "sha256" : "sha512").update(said).digest();
  const reserved = other("", "x");
  const magic = Buffer.from("SSHSIG");
  const data = new Writer().raw(magic).string(namespace).string(reserved).string(hash).string(Buffer.from(digest));
  const made = STATEMENT_KEY.sign(data.done());
  const { blob } = STATEMENT_KEY.public;
  return new Writer()
    .raw(other(magic, Buffer.from("SSHSIH")))
    .uint32(other(1, 0, 2))
    .string(other(blob, PUBLIC.blob, blob.subarray(0, 50), Buffer.alloc(0), Buffer.concat([blob, blob])))
    .string(namespace)
    .string(reserved)
    .string(hash)
    .string(other(made, made.subarray(1), Buffer.concat([made, made])))
    .raw(other(Buffer.alloc(0), Buffer.alloc(1)))
    .done()
    .toString("base64");
}

const LETTERS = [STATEMENT_KEY, keyOf(3)].map(({ public: { blob } }) => blob.toString("base64"));
/** Other keys, and invalid ones. */
const STRANGERS = [`${PUBLIC}`, "", "ssh-ed25519", "ssh-ed25519 AAAA", `ssh-ed25519 ${LETTERS[0]}${LETTERS[0]}`];
/** Lists of trusted keys. */
const TRUSTED: readonly (readonly string[])[] = [
  [`${STATEMENT_KEY.public}`],
  [...LETTERS.map((letters) => `ssh-ed25519 ${letters} a comment`), `ssh-ed25519 ${LETTERS[0]}`],
  STRANGERS,
];

/** Only a signed statement is accepted, with its one signature. */
export async function fuzzStatement(random: Random): Promise<boolean> {
  const whole = random.pick(SIGNED);
  const said = random.below(2) === 0 ? text(random, [whole.text]) : whole.text;
  const ways = [
    () => text(random, [whole.signature]),
    () => random.pick(SIGNED).signature,
    () => signature(random, whole.text),
  ];
  const signed = { text: said, signature: random.pick(ways)() };
  const keys = random.pick(TRUSTED);
  const read = await refusableLater(() => readStatement(signed, keys));
  if (read === undefined) return false;
  if (keys === STRANGERS) throw new Error(`believed of a stranger: ${JSON.stringify(signed)}`);
  const usual = SIGNED.find(({ text }) => text === signed.text)?.signature;
  if (signed.signature !== usual) throw new Error(`believed in another spelling: ${JSON.stringify(signed)}`);
  if (!SIGNED.some(({ text }) => text === signed.text)) throw new Error(`believed: ${JSON.stringify(signed)}`);
  return true;
}

/** A cache with one statement, and its original files. */
export class FuzzedCache {
  readonly #dir: string;
  readonly #files: ReadonlyMap<string, Buffer>;

  constructor(dir: string) {
    this.#dir = join(dir, "cache");
    mkdirSync(this.#dir, { mode: 0o700 });
    this.#entry().keep(sign(statementOf(new Date())), "0".repeat(32), [], Date.now());
    const found = readdirSync(this.#dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = found.map((entry) => join(entry.parentPath, entry.name));
    this.#files = new Map(paths.map((path) => [path, readFileSync(path)]));
  }

  #entry() {
    const about = { host: "h1", account: "ada1", fingerprint: PUBLIC.fingerprint };
    return new Cache(this.#dir).entry(new URL("https://escrow.example.com"), about);
  }

  /** With mutated files the cache returns the signed line, or nothing. */
  async fuzz(random: Random): Promise<boolean> {
    const all = [...this.#files.values()].filter(({ length }) => length > 0);
    for (const [path, bytes] of this.#files)
      writeFileSync(path, bytes.length === 0 ? bytes : mutate(random, bytes, all));
    const keys = [STATEMENT_KEY.public.toString()];
    const used = await refusableLater(() => this.#entry().use(keys, 900_000, "0".repeat(32), Date.now));
    this.#restore();
    if (used !== undefined && used.line !== `restrict ${KEY}`) throw new Error(`said ${used.line}`);
    return used !== undefined;
  }

  /** Unchanged files are accepted. */
  async honest(): Promise<string> {
    return (await this.#entry().use([STATEMENT_KEY.public.toString()], 900_000, "1".repeat(32), Date.now)).line;
  }

  #restore(): void {
    for (const entry of readdirSync(this.#dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !this.#files.has(path)) rmSync(path);
    }
    for (const [path, bytes] of this.#files) writeFileSync(path, bytes);
  }
}

export const EXPECTED_LINE = `restrict ${KEY}`;
