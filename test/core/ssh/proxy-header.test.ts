import { describe, expect, test } from "bun:test";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { formatCertificate } from "../../../core/cert/certificate.ts";
import type { CertificateSpec } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PROXY_HEADER, readProxyHeader, UsedProxyHeaders, writeProxyHeader } from "../../../core/ssh/proxy-header.ts";
import { certify, hostCa, userCa } from "./kit.ts";

const NOW = new Date();
const NODE = "00000000-0000-4000-8000-00000000000a";
const want = { to: NODE, cluster: "test", authorities: [hostCa.public], now: NOW, used: new UsedProxyHeaders() };

async function machine(spec: Partial<CertificateSpec> = {}, ca = hostCa) {
  const key = PrivateKey.generate();
  const certificate = await certify(ca, key, {
    type: "host",
    principals: [servicePrincipal("proxy", "test")],
    ...spec,
  });
  return { key, certificate };
}

function said(
  by: Awaited<ReturnType<typeof machine>>,
  more: { client?: string; to?: string; now?: Date } = {},
): string {
  return writeProxyHeader(by, { client: "192.0.2.7", to: NODE, now: NOW, ...more }).toString("latin1");
}

test("a proxy of the cluster says for whom it comes", async () => {
  expect(await readProxyHeader(said(await machine()), want)).toBe("192.0.2.7");
});

describe("nobody else is believed", () => {
  test("a node, whose certificate is from the same authority", async () => {
    const node = await machine({ principals: ["proxy", "proxy.test", "web1"] });
    await expect(readProxyHeader(said(node), want)).rejects.toThrow('the certificate is not for "@proxy.test"');
  });

  test("a proxy of another cluster", async () => {
    const proxy = await machine({ principals: [servicePrincipal("proxy", "other")] });
    await expect(readProxyHeader(said(proxy), want)).rejects.toThrow("is not for");
  });

  test("a user, whatever the certificate says", async () => {
    const user = await machine({ type: "user" }, userCa);
    await expect(readProxyHeader(said(user), { ...want, authorities: [userCa.public] })).rejects.toThrow(
      "host certificate is needed",
    );
  });

  test("who shows a proxy's certificate without its key", async () => {
    const { certificate } = await machine();
    const thief = { key: PrivateKey.generate(), certificate };
    await expect(readProxyHeader(said(thief), want)).rejects.toThrow("its signature is wrong");
  });

  test("who heard what a proxy said to another machine, or said a while ago", async () => {
    const proxy = await machine();
    await expect(readProxyHeader(said(proxy, { to: "auth" }), want)).rejects.toThrow("meant for another machine");
    const before = new Date(NOW.getTime() - 61_000);
    await expect(readProxyHeader(said(proxy, { now: before }), want)).rejects.toThrow("its time is not now");
  });

  test("who says again what a proxy said once, also in the same minute", async () => {
    const proxy = await machine();
    const line = said(proxy);
    const used = new UsedProxyHeaders();
    expect(await readProxyHeader(line, { ...want, used })).toBe("192.0.2.7");
    await expect(readProxyHeader(line, { ...want, used })).rejects.toThrow("it was used before");
    expect(await readProxyHeader(said(proxy), { ...want, used })).toBe("192.0.2.7");
    // It is forgotten no sooner than its time has passed.
    const later = { ...want, used, now: new Date(NOW.getTime() + 60_000) };
    await expect(readProxyHeader(line, later)).rejects.toThrow("it was used before");
    expect(await readProxyHeader(said(proxy, { now: later.now }), later)).toBe("192.0.2.7");
  });

  test("who writes it anew with another address", async () => {
    const line = said(await machine());
    const [, , signature, certificate] = line.trim().split(" ");
    const forged = Buffer.from(JSON.stringify({ client: "10.0.0.1", to: NODE, time: NOW.toISOString() }));
    await expect(
      readProxyHeader(`${PROXY_HEADER}${forged.toString("base64")} ${signature} ${certificate}\r\n`, want),
    ).rejects.toThrow("its signature is wrong");
  });
});

test("what is no address is none, also from a proxy", async () => {
  const proxy = await machine();
  for (const client of ["", "localhost", "10.0.0.1 22", "10.0.0.1\n", "10.0.0.0/8"])
    await expect(readProxyHeader(said(proxy, { client }), want)).rejects.toThrow("it names no address");
});

test("nonsense is refused, not understood", async () => {
  const { certificate } = await machine();
  const proof = Buffer.from(formatCertificate(certificate)).toString("base64");
  for (const line of [
    PROXY_HEADER,
    `${PROXY_HEADER}a b`,
    `${PROXY_HEADER}!! !! !!`,
    `${PROXY_HEADER}bnVsbA== AAAA ${proof}`,
  ])
    await expect(readProxyHeader(line, want)).rejects.toThrow("a proxy header is refused");
});
