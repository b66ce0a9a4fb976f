import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import type { Socket } from "node:net";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Fault } from "../../../core/fault.ts";
import { PROXY_HEADER, readProxyHeader, UsedProxyHeaders } from "../../../core/ssh/proxy-header.ts";
import { type DialFailure, dial } from "../../../daemon/net/dial.ts";
import { blackHole } from "../../cli/keycmd/black-hole.ts";
import { certify, hostCa } from "../../core/ssh/kit.ts";
import { atEnd, CLUSTER, cleanProxies, tcpServer } from "../proxy/kit.ts";

cleanProxies();

const target = (host: string, port: number) => ({
  endpoints: [{ host, port }],
  explain: ({ reason, endpoint }: DialFailure) => `${reason} at ${endpoint?.host}:${endpoint?.port}`,
});

test("tries every endpoint, and says which one answered", async () => {
  const port = await tcpServer(() => {});
  const endpoints = [
    { host: "127.0.0.1", port: 1 },
    { host: "127.0.0.1", port },
  ];
  const { stream, remote } = await dial({ endpoints, explain: String });
  expect(remote).toBe(`127.0.0.1:${port}`);
  stream.destroy();
});

test("tries every address of a name", async () => {
  const port = await tcpServer(() => {});
  // It may have ::1 as well, where nothing listens.
  const { stream, remote } = await dial(target("localhost", port));
  expect(remote).toBe(`127.0.0.1:${port}`);
  stream.destroy();
});

test("the proxy header is sent before anything else, for the member that is dialled", async () => {
  const heard = Promise.withResolvers<string>();
  const port = await tcpServer(
    (socket) => void socket.once("data", (chunk) => heard.resolve(chunk.toString("latin1"))),
  );
  const key = PrivateKey.generate();
  const certificate = await certify(hostCa, key, { type: "host", principals: [`@proxy.${CLUSTER}`], keyId: "proxy" });
  const now = new Date();
  const proxyHeader = { hostKey: { key, certificate }, client: "192.0.2.7", to: "auth", now };
  const { stream } = await dial(target("127.0.0.1", port), { proxyHeader });
  stream.write("SSH-2.0-x\r\n");
  const line = await heard.promise;
  expect(line.startsWith(PROXY_HEADER)).toBe(true);
  const want = { to: "auth", cluster: CLUSTER, authorities: [hostCa.public], now, used: new UsedProxyHeaders() };
  expect(await readProxyHeader(line.slice(0, line.indexOf("\n") + 1), want)).toBe("192.0.2.7");
  stream.destroy();
});

test.each([true, false])("half-open: %p", async (halfOpen) => {
  const arrived = Promise.withResolvers<Socket>();
  const port = await tcpServer((socket) => arrived.resolve(socket));
  const { stream } = await dial(target("127.0.0.1", port), { halfOpen });
  const far = await arrived.promise;
  atEnd(() => stream.destroy());
  far.end();
  const ended = once(stream.resume(), "end");
  await ended;
  await new Promise((turn) => setImmediate(turn));
  expect(stream.writable).toBe(halfOpen);
});

describe("says why nothing answered", () => {
  test("refused", async () => {
    const fault = await dial(target("127.0.0.1", 1)).catch(Fault.from);
    expect(fault).toMatchObject({ code: "unavailable", message: "refused at 127.0.0.1:1" });
    expect((fault as Fault).cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("unresolved", async () => {
    // A label longer than DNS has them, so that no name server is asked, which may take its time.
    const nowhere = `${"x".repeat(64)}.invalid`;
    await expect(dial(target(nowhere, 22))).rejects.toThrow(`unresolved at ${nowhere}:22`);
  });

  test("timeout", async () => {
    await using hole = await blackHole();
    await expect(dial(target("127.0.0.1", hole.port), { timeoutMs: 100 })).rejects.toThrow("timeout at 127.0.0.1");
  });

  test("no endpoint at all", async () => {
    const explain = ({ reason, endpoint }: DialFailure) => `${reason} ${endpoint}`;
    await expect(dial({ endpoints: [], explain })).rejects.toThrow("other undefined");
  });
});

test("an abort ends it with its reason, before and while it connects", async () => {
  const abort = new AbortController();
  await using hole = await blackHole();
  const dialling = dial(target("127.0.0.1", hole.port), { signal: abort.signal });
  abort.abort(new Error("gone"));
  await expect(dialling).rejects.toThrow("gone");
  await expect(dial(target("127.0.0.1", 1), { signal: abort.signal })).rejects.toThrow("gone");
});
