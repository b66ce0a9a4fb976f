import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { join, resolve } from "node:path";
import { connect, createServer } from "node:tls";
import { selfSigned } from "../../../core/cert/x509.ts";
import { runProgram } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { file, freshName } from "./keygen.ts";

cleanTemp();

const NOW = new Date("2026-06-01T12:00:00Z");
const names = ["proxy.example.com", "*.proxy.example.com", "localhost", "127.0.0.1", "::1", "2001:db8::1"];

test("a certificate has the requested names, addresses and validity", async () => {
  const { certPem } = await selfSigned({ names, days: 365, now: NOW });
  const certificate = new X509Certificate(certPem);
  expect(new Date(certificate.validFrom)).toEqual(new Date("2026-06-01T11:59:00Z"));
  expect(new Date(certificate.validTo)).toEqual(new Date("2027-06-01T11:59:00Z"));
  expect(certificate.subject).toBe("CN=proxy.example.com");
  expect(certificate.ca).toBe(false);
  expect(certificate.checkHost("app.proxy.example.com")).toBeDefined();
  expect(certificate.checkHost("example.com")).toBeUndefined();
  expect(certificate.checkIP("2001:db8::1")).toBeDefined();
  expect(certificate.checkIP("127.0.0.2")).toBeUndefined();
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test("certificates differ; a name of 253 characters fits", async () => {
  const name = `${"a".repeat(63)}.${"b".repeat(63)}.example.com`;
  const [one, two] = await Promise.all([0, 1].map(() => selfSigned({ names: [name], days: 1, now: NOW })));
  expect(one?.certPem).not.toBe(two?.certPem ?? "");
  expect(one?.keyPem).not.toBe(two?.keyPem ?? "");
  expect(new X509Certificate(one?.certPem ?? "").checkHost(name)).toBe(name);
});

test("rejects an empty list of names", async () => {
  await expect(selfSigned({ names: [], days: 1, now: NOW })).rejects.toMatchObject({ code: "bad_request" });
});

test("openssl parses and verifies it as a trusted certificate", async () => {
  const openssl = Bun.which("openssl");
  if (openssl === null) return console.log("not run: openssl is not installed");
  const { certPem, keyPem } = await selfSigned({ names, days: 1, now: new Date() });
  const [cert, key] = [file(freshName(), certPem), file(freshName(), keyPem)];
  const run = (...words: string[]) =>
    execFileSync(openssl, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const text = run("x509", "-in", cert, "-noout", "-text");
  expect(text).toContain("DNS:proxy.example.com, DNS:*.proxy.example.com, DNS:localhost, IP Address:127.0.0.1");
  expect(text).toContain("TLS Web Server Authentication");
  expect(run("verify", "-purpose", "sslserver", "-CAfile", cert, cert)).toEndWith(": OK\n");
  expect(run("x509", "-in", cert, "-noout", "-pubkey")).toBe(run("pkey", "-in", key, "-pubout"));
});

test("a TLS client that trusts it connects", async () => {
  const { certPem, keyPem } = await selfSigned({ names, days: 1, now: new Date() });
  const server = createServer({ cert: certPem, key: keyPem }, (socket) => socket.end());
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  try {
    const authorized = await new Promise<boolean>((done, failed) => {
      const client = connect({ host: "127.0.0.1", port, ca: certPem, servername: "proxy.example.com" }, () => {
        done(client.authorized);
        client.destroy();
      });
      client.on("error", failed);
    });
    expect(authorized).toBe(true);
  } finally {
    server.close();
  }
});

test("works in a compiled program", async () => {
  const dir = tempDir();
  const source = resolve(import.meta.dir, "../../../core/cert/x509.ts");
  const main = join(dir, "main.ts");
  const text = `import { selfSigned } from ${JSON.stringify(source)};
    const { certPem } = await selfSigned({ names: ["localhost"], days: 1, now: new Date() });
    console.log(certPem);`;
  await Bun.write(main, text);
  const program = join(dir, "program");
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
  execFileSync(process.execPath, ["build", ...flags, main, `--outfile=${program}`], { stdio: "pipe" });
  const ran = await runProgram([program]);
  expect(ran.stderr).toBe("");
  expect(new X509Certificate(ran.stdout).checkHost("localhost")).toBe("localhost");
});
