import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { signSsh } from "../../../core/cert/sshsig.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { readStatement, STATEMENT_NAMESPACE, type Statement, statementText } from "../../../core/tms/statement.ts";
import { file, freshName, keyFile, sshKeygen } from "../cert/keygen.ts";

const STATEMENT: Statement = {
  version: 1,
  host: "login.example.org",
  account: "ålice",
  fingerprint: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
  line: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
  expires: "2026-11-20T12:00:00Z",
  remaining_uses: 3,
  serial: "1795000000000000",
  issued: "2026-11-20T11:00:00.123Z",
};

const key = PrivateKey.generate();
const stranger = PrivateKey.generate();
const trusted = [stranger, key].map((one) => `${one.public} escrow`);

const signed = (text: string, by = key, namespace: string = STATEMENT_NAMESPACE) => ({
  text,
  signature: signSsh(text, namespace, by).toString("base64"),
});
const refusal = async (promise: Promise<unknown>) => {
  try {
    await promise;
    return "taken";
  } catch (thrown) {
    return (thrown as Error).message.replace(/^.*refused: /, "");
  }
};

test("readStatement() returns a statement that a trusted key has signed", async () => {
  expect(await readStatement(signed(statementText(STATEMENT)), trusted)).toEqual(STATEMENT);
});

test("readStatement() accepts a statement without expiry and uses", async () => {
  const free = { ...STATEMENT, expires: null, remaining_uses: null };
  expect(await readStatement(signed(statementText(free)), trusted)).toEqual(free);
});

test("readStatement() accepts the largest serial, 2^53", async () => {
  const last = { ...STATEMENT, serial: `${Number.MAX_SAFE_INTEGER}` };
  expect(await readStatement(signed(statementText(last)), trusted)).toEqual(last);
});

test("a trusted key may have a comment and surrounding blanks, and be listed twice", async () => {
  const one = signed(statementText(STATEMENT));
  for (const lines of [[`  ${key.public}\t# "of" the escrow  `], [`${key.public}`, `${key.public} again`]])
    expect(await readStatement(one, lines)).toEqual(STATEMENT);
});

test("fields outside of the statement's own have no effect", async () => {
  const text = statementText(STATEMENT);
  const strange = [`{"__proto__":${text}}`, `{"constructor":${text}}`, `[${text}]`];
  for (const one of strange) expect(await refusal(readStatement(signed(one), trusted))).toMatch(/^it is/);
  const more = text.replace("{", '{"__proto__":{"account":"root"},"toString":null,');
  expect(await readStatement(signed(more), trusted)).toEqual(STATEMENT);
});

test("readStatement() accepts a signature by ssh-keygen", async () => {
  const { path, line } = keyFile("ed25519");
  const message = file(freshName(), statementText(STATEMENT));
  sshKeygen(["-q", "-Y", "sign", "-f", path, "-n", STATEMENT_NAMESPACE, message]);
  const signature = readFileSync(`${message}.sig`, "utf8").replaceAll(/-----.*-----|\n/g, "");
  expect(await readStatement({ text: statementText(STATEMENT), signature }, [line])).toEqual(STATEMENT);
});

describe("readStatement() refuses", () => {
  test("a statement that was altered", async () => {
    const { text, signature } = signed(statementText(STATEMENT));
    for (const other of [text.replace('"remaining_uses":3', '"remaining_uses":4'), `${text} `, ""])
      expect(await refusal(readStatement({ text: other, signature }, trusted))).toBe("its signature is wrong");
  });

  test("a signature by another key, or without trusted keys", async () => {
    const by = PrivateKey.generate();
    expect(await refusal(readStatement(signed(statementText(STATEMENT), by), trusted))).toContain("not signed");
    expect(await refusal(readStatement(signed(statementText(STATEMENT)), []))).toContain("not signed");
    expect(await refusal(readStatement(signed(statementText(STATEMENT)), ["", "ssh-ed25519"]))).toContain("not signed");
  });

  test("a signature for another namespace", async () => {
    expect(await refusal(readStatement(signed(statementText(STATEMENT), key, "file"), trusted))).toContain("purpose");
  });

  test("a signature with another hash algorithm", async () => {
    const { path, line } = keyFile("ed25519");
    const message = file(freshName(), statementText(STATEMENT));
    sshKeygen(["-q", "-Y", "sign", "-f", path, "-O", "hashalg=sha256", "-n", STATEMENT_NAMESPACE, message]);
    const signature = readFileSync(`${message}.sig`, "utf8").replaceAll(/-----.*-----|\n/g, "");
    expect(await refusal(readStatement({ text: statementText(STATEMENT), signature }, [line]))).toContain("not signed");
  });

  test("a signature that names a key of another length", async () => {
    for (const length of [0, 3, 31, 32, 50, 52, 307]) {
      const blob = Buffer.alloc(length, 1);
      const inner = new Writer().string("ssh-ed25519").string(Buffer.alloc(64)).done();
      const parts = new Writer().raw(Buffer.from("SSHSIG")).uint32(1).string(blob).string(STATEMENT_NAMESPACE);
      const signature = parts.string("").string("sha512").string(inner).done().toString("base64");
      const lines = [`ssh-ed25519 ${blob.toString("base64")}`];
      expect(await refusal(readStatement({ text: "{}", signature }, lines))).toContain("not signed");
    }
  });

  test("a non-canonical signature (RFC 8032 §5.1.7)", async () => {
    const { text, signature } = signed(statementText(STATEMENT));
    const bytes = Buffer.from(signature, "base64");
    const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
    let number = BigInt(`0x${Buffer.from(bytes.subarray(-32)).reverse().toString("hex")}`) + order;
    for (let i = bytes.length - 32; i < bytes.length; i++, number >>= 8n) bytes[i] = Number(number & 0xffn);
    const other = { text, signature: bytes.toString("base64") };
    expect(await refusal(readStatement(other, trusted))).toBe("its signature is wrong");
  });

  test("a signature by a key that is not ed25519", async () => {
    const by = await PrivateKey.make("ecdsa");
    const lines = [`${by.public}`];
    expect(await refusal(readStatement(signed(statementText(STATEMENT), by), lines))).toContain("not signed");
  });

  test("a malformed signature", async () => {
    const { text, signature } = signed(statementText(STATEMENT));
    const bytes = Buffer.from(signature, "base64");
    const broken = [
      "",
      "AAAA",
      `${signature}=`,
      `${signature}\n`,
      bytes.subarray(0, -1).toString("base64"),
      Buffer.concat([bytes, Buffer.of(0)]).toString("base64"),
      Buffer.from("SSHSIG").toString("base64"),
      new Writer().raw(Buffer.from("SSHSIG")).uint32(1).uint32(0xffffffff).done().toString("base64"),
    ];
    for (const one of broken)
      expect(await refusal(readStatement({ text, signature: one }, trusted))).toMatch(/not base64|not signed/);
  });

  test.each([
    ["not JSON", "hello"],
    ["nothing", "null"],
    ["a list", "[]"],
    ["of another version", { ...STATEMENT, version: 2 }],
    ["without a host", { ...STATEMENT, host: undefined }],
    ["of a number as account", { ...STATEMENT, account: 7 }],
    ["of an expiry that is no time", { ...STATEMENT, expires: "soon" }],
    ["of an expiry without a zone", { ...STATEMENT, expires: "2026-11-20T12:00:00" }],
    ["of a day that does not exist", { ...STATEMENT, expires: "2026-13-41T12:00:00Z" }],
    ["of half a use", { ...STATEMENT, remaining_uses: 0.5 }],
    ["of less than no use", { ...STATEMENT, remaining_uses: -1 }],
    ["without a word on uses", { ...STATEMENT, remaining_uses: undefined }],
    ["of a serial that is not a number", { ...STATEMENT, serial: "../1" }],
    ["of a serial that cannot be compared exactly", { ...STATEMENT, serial: "9007199254740993" }],
    ["without a time", { ...STATEMENT, issued: undefined }],
  ])("a signed statement that is %s", async (_, statement) => {
    const text = typeof statement === "string" ? statement : JSON.stringify(statement);
    expect(await refusal(readStatement(signed(text), trusted))).toMatch(/^(?:it is|a field)/);
  });
});
