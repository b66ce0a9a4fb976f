import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exchange } from "../../../cli/keycmd/exchange.ts";
import { selfSigned } from "../../../core/cert/x509.ts";
import { freePort } from "../../kit/free-port.ts";
import { program, runProgram } from "../../kit/run.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { blackHole } from "./black-hole.ts";
import { Authority } from "./certificates.ts";
import { caFile, FakeEscrow, found, Host, issue, Offer } from "./fake-tms.ts";
import { canHaveView, inView } from "./view.ts";

cleanTemp();

/** What can go wrong between a host and its escrow. There is no cache here, so nothing is ever printed. */
const offer = new Offer();
const stops: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function serve(wish: Parameters<typeof issue>[0]): Promise<FakeEscrow> {
  const escrow = new FakeEscrow(() => found(offer.line), await issue(wish));
  stops.push(() => escrow.stop());
  return escrow;
}

/** A server over TCP or TLS that does what it is told with each connection. */
function listen(socket: Bun.SocketHandler<undefined>, tls?: { cert: string; key: string }): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket, ...(tls !== undefined && { tls }) });
  stops.push(() => server.stop(true));
  return server.port;
}

async function expectNothing(host: Host, why: RegExp, asked = host.keycmd(offer.words())): Promise<void> {
  const { code, stdout } = await asked;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(host.logged()).toHaveLength(1);
  expect(host.logged()[0]).toMatch(why);
}

/** Nothing, after so many milliseconds in all: what keycmd keeps back, and its own start, are part of them. */
async function expectGivenUp(host: Host, totalMs: number, stage: string): Promise<void> {
  const began = performance.now();
  await expectNothing(host, new RegExp(`no answer within \\d+ ms \\(${stage}\\)$`));
  expect(performance.now() - began).toBeGreaterThan(totalMs - 100);
  const within = Number(/within (\d+) ms/.exec(host.logged()[0] ?? "")?.[1]);
  expect(within).toBeLessThan(totalMs - 50);
}

describe("a certificate", () => {
  test("of another authority is refused", async () => {
    const stranger = await (await Authority.make()).issue({ names: ["localhost"] });
    const escrow = new FakeEscrow(() => found(offer.line), stranger);
    stops.push(() => escrow.stop());
    await expectNothing(new Host(escrow.url), /certificate is not accepted: [A-Z_]+$/);
    expect(escrow.asked).toEqual([]);
  });

  test.each<[string, Parameters<typeof issue>[0], RegExp]>([
    ["for another name", { names: ["escrow.example.org"] }, /ALTNAME_INVALID/],
    ["for an address only", { names: ["127.0.0.1"] }, /ALTNAME_INVALID/],
    ["that has expired", { days: -2 }, /CERT_HAS_EXPIRED/],
    ["for clients", { usage: "clientAuth" }, /INVALID_PURPOSE/],
  ])("%s is refused, and nothing is said to the server", async (_, wish, why) => {
    const escrow = await serve(wish);
    await expectNothing(new Host(escrow.url), why);
    expect(escrow.asked).toEqual([]);
  });

  test("that signs itself is taken when it is the very one in ca_file", async () => {
    const { certPem, keyPem } = await selfSigned({ names: ["localhost"], days: 30, now: new Date() });
    const escrow = new FakeEscrow(() => found(offer.line), { cert: certPem, key: keyPem });
    stops.push(() => escrow.stop());
    await expectNothing(new Host(escrow.url), /certificate/);
    const host = new Host(escrow.url);
    writeFileSync(join(host.dir, "own.pem"), certPem);
    const own = new Host(escrow.url, { ca_file: join(host.dir, "own.pem") });
    expect((await own.keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });

  test("for an address is good for a URL with the address", async () => {
    const escrow = await serve({ names: ["127.0.0.1"] });
    const host = new Host(`https://127.0.0.1:${escrow.port}`);
    expect((await host.keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });

  test("is not looked at when that is configured", async () => {
    const escrow = await serve({ names: ["escrow.example.org"], days: -2 });
    const host = new Host(escrow.url, { insecure: true, ca_file: undefined });
    expect((await host.keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });

  test("is not there over http, which is taken only then", async () => {
    const body = JSON.stringify({ public_key: offer.line });
    const port = listen({
      data: (socket) => void socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    });
    await expectNothing(new Host(`https://localhost:${port}`), /the TLS handshake failed/);
    const host = new Host(`http://localhost:${port}`, { insecure: true });
    expect((await host.keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });

  test.each([
    ["is missing", "/nowhere/ca.pem", /\/nowhere\/ca\.pem: cannot be read/],
    ["is not one", "/etc/passwd", /\/etc\/passwd: there is no certificate in it/],
  ])("of the authority that %s is named", async (_, file, why) => {
    const escrow = await serve({ names: ["localhost"] });
    await expectNothing(new Host(escrow.url, { ca_file: file }), why);
    expect(escrow.asked).toEqual([]);
  });
});

const views = await canHaveView();

describe("a server", () => {
  test("that is not there is told at once", async () => {
    await expectNothing(new Host(`https://localhost:${await freePort()}`), /ECONNREFUSED/);
  });

  test("whose name is not known is told", async () => {
    // No other computer is asked, which may take its time: there is only /etc/hosts, or else the name is longer than any.
    const name = views ? "no-such-host.invalid" : `${"x".repeat(64)}.invalid`;
    const host = new Host(`https://${name}`);
    const names = join(host.dir, "nsswitch.conf");
    writeFileSync(names, "hosts: files\n");
    const keycmd = [program("sallyport"), "keycmd", "--config", host.config, ...offer.words()];
    const asked = runProgram(views ? inView({ "/etc/nsswitch.conf": names }, keycmd) : keycmd);
    await expectNothing(host, new RegExp(`${name}.*ENOTFOUND`), asked);
  });

  test("that swallows all is given up after a second", async () => {
    await using hole = await blackHole();
    await expectNothing(new Host(`https://127.0.0.1:${hole.port}`), /no connection within 1000 ms/);
  });

  test("that was given up is not asked any more", async () => {
    const escrow = await serve({ names: ["localhost"] });
    const request = { url: new URL(escrow.url), body: "{}", caFile, insecure: false, totalMs: 10_000 };
    const all = { answered: 0, silent: 0 };
    while (all.silent < 10) {
      const answer = exchange({ ...request, connectMs: 1 });
      // The time is over before the connection can be seen to stand, but for where it stands at once.
      Bun.sleepSync(2);
      all["reason" in (await answer) ? "silent" : "answered"] += 1;
    }
    await exchange({ ...request, connectMs: 10_000 });
    expect(escrow.asked).toHaveLength(all.answered + 1);
  });

  test("that says nothing is given up in time, as it was configured", async () => {
    const host = new Host(`https://localhost:${listen({ data() {} })}`, { timeout_ms: 2_000 });
    await expectGivenUp(host, 2_000, "during the TLS handshake");
  });

  test("that never ends its answer is given up after three seconds in all", async () => {
    const drip = (socket: Bun.Socket<undefined>) => {
      const timer = setInterval(() => socket.write("x") < 1 && clearInterval(timer), 50);
      stops.push(() => clearInterval(timer));
    };
    const port = listen(
      {
        data(socket) {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
          drip(socket);
        },
        error() {},
      },
      await issue(),
    );
    const host = new Host(`https://localhost:${port}`, { timeout_ms: undefined });
    await expectGivenUp(host, 3_000, "waiting for the answer");
  });

  test.each<[string, string, RegExp]>([
    ["speaks another protocol", "SSH-2.0-OpenSSH_9.2\r\n", /is not HTTP/],
    ["speaks HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /is not HTTP/],
    ["sends noise", "\x00\x01\x02\x03\xff".repeat(100), /is not HTTP/],
    ["sends a status of its own", "HTTP/1.1 2000 OK\r\n\r\n", /is not HTTP/],
    ["switches protocols", "HTTP/1.1 101 Switching\r\n\r\n", /is not HTTP/],
    ["sends a malformed head", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", /malformed head/],
    ["folds lines", "HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\n\r\n", /malformed head/],
    ["sends two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", /two lengths/],
    [
      "sends two kinds of length",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
      /two lengths/,
    ],
    ["sends a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", /not a number/],
    ["promises 10 MB", "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n{", /too large/],
    ["sends a head of 20 KB", `HTTP/1.1 200 OK\r\nA: ${"x".repeat(20_000)}`, /too large a head/],
    ["has nothing but interim answers", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000), /too large a head/],
    ["compresses", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", /compressed/],
    ["sends a chunk without size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", /chunk/],
    ["sends a chunk of 4 GB", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", /too large/],
    ["sends too long a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n", /too long/],
  ])("that %s is refused", async (_, text, why) => {
    const port = listen({ data: (socket) => void socket.write(Buffer.from(text, "latin1")) }, await issue());
    await expectNothing(new Host(`https://localhost:${port}`), why);
  });

  test.each([
    ["before the handshake", undefined, /TLS handshake failed|cut|ECONN/],
    ["in the middle of the head", "HTTP/1.1 200 OK\r\nContent-", /cut/],
    ["in the middle of the body", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", /cut/],
    ["in the middle of a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", /cut/],
  ])("that hangs up %s is refused", async (_, text, why) => {
    const port =
      text === undefined
        ? listen({ open: (socket) => void socket.terminate(), data() {} })
        : listen({ data: (socket) => void socket.end(text) }, await issue());
    await expectNothing(new Host(`https://localhost:${port}`), why);
  });

  const body = JSON.stringify({ public_key: offer.line });
  test.each([
    ["in chunks", `HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5;x=y\r\n${body.slice(0, 5)}\r\n`, "rest"],
    ["until it hangs up", `HTTP/1.0 200 OK\r\n\r\n${body}`, ""],
    ["after an interim answer", `HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200\r\n\r\n${body}`, ""],
  ])("may answer %s", async (_, text, rest) => {
    const last = body.slice(5);
    const tail = rest === "" ? "" : `${last.length.toString(16)}\r\n${last}\r\n0\r\nTrailer: x\r\n\r\n`;
    const port = listen({ data: (socket) => void socket.end(text + tail) }, await issue());
    expect((await new Host(`https://localhost:${port}`).keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });

  test("may answer one byte at a time", async () => {
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const port = listen(
      {
        async data(socket) {
          for (const letter of text) {
            socket.write(letter);
            await Bun.sleep(0);
          }
        },
      },
      await issue(),
    );
    expect((await new Host(`https://localhost:${port}`).keycmd(offer.words())).stdout).toBe(`${offer.line}\n`);
  });
});
