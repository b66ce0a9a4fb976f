import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { createServer as createPlain, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { program, runProgram } from "../../kit/run.ts";
import { cleanTemp, keptTempDir } from "../../kit/temp.ts";
import { blackHole } from "./black-hole.ts";
import { Authority } from "./certificates.ts";
import { Host, issue, Offer } from "./fake-tms.ts";
import { type Meddle, type Moment, Relay } from "./relay.ts";
import { canHaveView, inView } from "./view.ts";

cleanTemp();

/** TLS is begun over a connection that stands already. What somebody on the way, or a strange server, can make of that. */
const offer = new Offer();
const body = JSON.stringify({ public_key: offer.line });
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const stops: (() => Promise<unknown> | void)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});
const listening = async (server: ReturnType<typeof createPlain>, address: string, port = 0): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  stops.push(() => void server.close());
  return (server.address() as { port: number }).port;
};

/** A server with TLS that does this with each connection, and what it was told. */
async function serve(talk: (socket: TLSSocket) => void, options: TlsOptions = {}, address = "127.0.0.1", port = 0) {
  const told: string[] = [];
  const server = createServer({ ...(await issue()), ...options }, (socket) => {
    socket.on("error", () => {}).on("data", (bytes) => told.push(`${bytes}`));
    talk(socket);
  });
  server.on("tlsClientError", () => {});
  return { port: await listening(server, address, port), told };
}
const honest = (socket: TLSSocket) => void socket.once("data", () => socket.end(answer));
const escrow = await serve(honest);

async function expectNothing(host: Host, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await host.keycmd(offer.words());
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^keycmd: .*\n$/);
  expect(host.logged()).toHaveLength(1);
  expect(host.logged()[0]).toMatch(why);
}
async function expectLine(host: Host): Promise<void> {
  expect(await host.keycmd(offer.words())).toEqual({ code: 0, stdout: `${offer.line}\n`, stderr: "" });
  expect(host.logged()).toEqual([]);
}

/** With a certificate that is looked at, and without. */
const trusts = [{}, { insecure: true, ca_file: undefined }] as const;

/** What the parts of a handshake are to somebody who cannot look into them (TLS 1.3). */
const MOMENTS: readonly (readonly [string, Moment, RegExp])[] = [
  ["as soon as it is connected to", "start", /TLS handshake/],
  ["when TLS is asked for", "client 1", /TLS handshake/],
  ["in the place of its first record", "server 1", /TLS handshake/],
  ["in the middle of the handshake", "server 3", /TLS handshake/],
  ["when the handshake is over", "client 2", /waiting for the answer/],
  ["in the place of the answer", "server 4", /waiting for the answer/],
];

describe("somebody on the way", () => {
  const over = async (meddle: Meddle) => Relay.to((await serve(honest)).port, meddle);

  test("who only looks on changes nothing", async () => {
    await using relay = await over(() => {});
    await expectLine(new Host(`https://localhost:${relay.port}`));
  });

  test.each(MOMENTS)("cannot answer in clear: %s", async (_, moment, stage) => {
    for (const trust of trusts) {
      for (const more of [(client: Socket) => void client.write(answer), (client: Socket) => void client.end(answer)]) {
        await using relay = await over((now, client) => now === moment && (more(client), client.writableEnded));
        const host = new Host(`https://localhost:${relay.port}`, trust);
        await expectNothing(host, /WRONG_VERSION_NUMBER/);
        expect(host.logged()[0]).toMatch(stage);
      }
    }
  });

  test("cannot answer in clear behind the end of TLS", async () => {
    const { port } = await serve((socket) => void socket.once("data", () => socket.end()));
    for (const trust of trusts) {
      await using relay = await Relay.to(port, (now, client) => now === "end" && void client.end(answer));
      await expectNothing(new Host(`https://localhost:${relay.port}`, trust), /the connection was cut \(waiting/);
    }
  });

  test.each(MOMENTS.slice(1))("who cuts it is told of: %s", async (_, moment, stage) => {
    for (const cut of [(client: Socket) => client.end(), (client: Socket) => client.resetAndDestroy()]) {
      for (const trust of trusts) {
        await using relay = await over((now, client) => now === moment && (cut(client), true));
        const host = new Host(`https://localhost:${relay.port}`, trust);
        await expectNothing(host, /the connection was cut|ECONNRESET/);
        expect(host.logged()[0]).toMatch(stage);
      }
    }
  });

  test("who lets nothing more through is not waited for, from whatever moment on", async () => {
    // All at once, as each takes its time: it has to come so far, on whatever machine.
    const given = MOMENTS.map(async ([when, moment, stage]) => {
      await using relay = await over((now) => now === moment);
      const host = new Host(`https://localhost:${relay.port}`, { timeout_ms: undefined });
      await expectNothing(host, /no answer within \d+ ms/);
      expect([when, host.logged()[0]]).toEqual([when, expect.stringMatching(stage)]);
    });
    await Promise.all(given);
  });

  test("gets nothing by a certificate of his own, however he came by it", async () => {
    const { port, told } = await serve(
      (socket) => void socket.write(answer),
      await (await Authority.make()).issue({ names: ["localhost"] }),
    );
    await expectNothing(new Host(`https://localhost:${port}`), /certificate is not accepted/);
    expect(told).toEqual([]);
  });
});

describe("a server without TLS that is one", () => {
  const junk = (...bytes: number[]) => Buffer.from(bytes);
  test.each<[string, Buffer, RegExp]>([
    ["refuses all", junk(21, 3, 3, 0, 2, 2, 40), /HANDSHAKE_FAILURE/],
    ["says goodbye", junk(21, 3, 3, 0, 2, 1, 0), /ECONNRESET/],
    ["warns without end", Buffer.concat(Array(100).fill(junk(21, 3, 3, 0, 2, 1, 90))), /TOO_MANY_WARNING_ALERTS/],
    ["sends empty records", Buffer.concat(Array(100).fill(junk(23, 3, 3, 0, 0))), /UNEXPECTED_RECORD/],
    ["sends a record that is too long", Buffer.concat([junk(22, 3, 3, 255, 255), Buffer.alloc(70_000)]), /TOO_LONG/],
    ["promises a message of 16 MB", junk(22, 3, 3, 0, 4, 2, 255, 255, 255), /EXCESSIVE_MESSAGE_SIZE/],
  ])("%s", async (_, bytes, why) => {
    const server = createPlain((socket) => void socket.on("error", () => {}).once("data", () => socket.end(bytes)));
    const port = await listening(server, "127.0.0.1");
    for (const trust of trusts) {
      const host = new Host(`https://localhost:${port}`, trust);
      await expectNothing(host, /the TLS handshake failed/);
      expect(host.logged()[0]).toMatch(why);
    }
  });
});

describe("a certificate by way of others", () => {
  test("is good with all that are between it and the authority, and not without one", async () => {
    const root = await Authority.make("root");
    const first = await Authority.make("first", root);
    const second = await Authority.make("second", first);
    const { cert, key } = await second.issue({ names: ["localhost"] });
    const file = join(keptTempDir(), "root.pem");
    writeFileSync(file, `${(await Authority.make("another")).pem}${root.pem}`);
    const whole = await serve(honest, { cert: cert + second.pem + first.pem, key });
    await expectLine(new Host(`https://localhost:${whole.port}`, { ca_file: file }));
    for (const missing of [cert, cert + second.pem, cert + first.pem]) {
      const { port, told } = await serve(honest, { cert: missing, key });
      await expectNothing(new Host(`https://localhost:${port}`, { ca_file: file }), /not accepted: UNABLE_TO_/);
      expect(told).toEqual([]);
    }
  });

  test("is not good when one of them is no authority", async () => {
    const root = await Authority.make("root");
    const leaf = await root.issue({ names: ["localhost"], commonName: "leaf" });
    const below = await (await Authority.make("leaf", root)).issue({ names: ["localhost"] });
    const file = join(keptTempDir(), "root.pem");
    writeFileSync(file, root.pem);
    const { port, told } = await serve(honest, { cert: below.cert + leaf.cert, key: below.key });
    await expectNothing(new Host(`https://localhost:${port}`, { ca_file: file }), /certificate is not accepted/);
    expect(told).toEqual([]);
  });

  test("needs an authority, which a key is not", async () => {
    const file = join(keptTempDir(), "key.pem");
    writeFileSync(file, (await issue()).key);
    const host = new Host(`https://localhost:${escrow.port}`, { ca_file: file });
    await expectNothing(host, /key\.pem: there is no certificate in it/);
  });
});

const views = await canHaveView();
if (!views) console.log("a name with several addresses is not tried: no mount namespaces");

const interfaces = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const hasIpv6 = interfaces.some(({ address }) => address === "::1");
if (!hasIpv6) console.log("addresses of IPv6 are not tried: there are none");

describe("a URL", () => {
  const urls: [string, string, string, string[], boolean][] = [
    ["with an address", "127.0.0.1", "127.0.0.1", ["127.0.0.1"], true],
    ["with an address, and another one in the certificate", "127.0.0.1", "127.0.0.1", ["127.0.0.2"], false],
    ["with an address, and names in the certificate", "127.0.0.1", "127.0.0.1", ["localhost"], false],
    ["with an address of IPv6", "[::1]", "::1", ["::1"], true],
    ["with an address of IPv6, and another one", "[::1]", "::1", ["::2", "127.0.0.1"], false],
    ["with an address of IPv6 in full", "[0:0:0:0:0:0:0:1]", "::1", ["::1"], true],
    ["with a name that ends in a dot", "localhost.", "127.0.0.1", ["localhost"], true],
    ["with a name in capitals", "LOCALHOST", "127.0.0.1", ["localhost"], true],
    ["with a name, and all names in the certificate", "localhost", "127.0.0.1", ["*", "*.localhost"], false],
  ];
  const tried = urls.filter(([, , address]) => hasIpv6 || address !== "::1");
  test.each(tried)("%s", async (_, name, address, names, good) => {
    const called: (string | undefined)[] = [];
    const SNICallback: TlsOptions["SNICallback"] = (servername, done) => {
      called.push(servername);
      done(null);
    };
    const { port, told } = await serve(honest, { ...(await issue({ names })), SNICallback }, address);
    const host = new Host(`https://${name}:${port}`);
    if (good) await expectLine(host);
    else await expectNothing(host, /certificate is not accepted: ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(told).toHaveLength(good ? 1 : 0);
    // An address, and a dot behind a name, are not what servers can be called by: some hang up.
    expect(called).toEqual(/^[[\d]/.test(name) ? [] : ["localhost"]);
  });

  test.if(views)("with a name of several addresses takes the one that answers", async () => {
    await using hole = await blackHole();
    const shown = await issue({ names: ["escrow.test"] });
    await serve(honest, shown, "127.0.0.3", hole.port);
    const host = new Host(`https://escrow.test:${hole.port}`);
    const hosts = join(host.dir, "hosts");
    const keycmd = [program("sallyport"), "keycmd", "--config", host.config, ...offer.words()];
    const command = inView({ "/etc/hosts": hosts }, keycmd);
    for (const addresses of [
      ["127.0.0.1", "127.0.0.2", "127.0.0.3"],
      ["::1", "127.0.0.3"],
      ["127.0.0.3", "127.0.0.1"],
    ]) {
      writeFileSync(hosts, addresses.map((address) => `${address} escrow.test\n`).join(""));
      expect(await runProgram(command)).toMatchObject({ code: 0, stdout: `${offer.line}\n` });
    }
    writeFileSync(hosts, "127.0.0.1 escrow.test\n127.0.0.2 escrow.test\n");
    expect(await runProgram(command)).toMatchObject({ code: 1, stdout: "" });
    expect(host.logged()).toHaveLength(1);
    expect(host.logged()[0]).toContain("no connection within 1000 ms");
  });
});

describe("a server with TLS", () => {
  test("may cut its answer into records of any size", async () => {
    const long = JSON.stringify({ public_key: offer.line, more: " ".repeat(60_000) });
    const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${long.length}\r\n\r\n${long}`;
    const letters = await serve((socket) => socket.once("data", () => [...answer].map((one) => socket.write(one))));
    const large = await serve((socket) => socket.once("data", () => socket.write(whole)));
    for (const { port } of [letters, large]) await expectLine(new Host(`https://localhost:${port}`));
  });

  test("that reads nothing is not waited for", async () => {
    const { port } = await serve((socket) => void socket.pause().removeAllListeners("data"));
    const host = new Host(`https://localhost:${port}`, { timeout_ms: undefined });
    await expectNothing(host, /no answer within \d+ ms \(wait/);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)("may have the answer ready (%s)", async (maxVersion) => {
    const { port } = await serve((socket) => void socket.end(answer), { maxVersion });
    await expectLine(new Host(`https://localhost:${port}`));
  });
});
