import { expect, test } from "bun:test";
import { certAuthorityLine, knownHostsLine, parseKnownAuthorities } from "../../../core/cert/known-hosts.ts";
import { caPin, PublicKey } from "../../../core/cert/public-key.ts";
import { faultOf, file, freshName, sshKeygen } from "./keygen.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm/RAlphM3+hUG6wWfcO5bIUIaqMLa2ywxcOK1wMWbh";
const key = PublicKey.parse(KEY);
const cluster = "example.com";

test("formats the lines that stock OpenSSH reads", () => {
  expect(certAuthorityLine({ cluster, key })).toBe(`cert-authority ${KEY} clustername=example.com&type=user`);
  expect(knownHostsLine({ cluster, key })).toBe(
    `@cert-authority *.example.com,example.com ${KEY} clustername=example.com&type=host`,
  );
  expect(knownHostsLine({ cluster, key, patterns: ["*", "!evil"] })).toStartWith(
    "@cert-authority *,!evil ssh-ed25519 ",
  );
});

test("ssh-keygen -F finds the host CA by a host name", () => {
  const known = file(freshName(), `${knownHostsLine({ cluster, key, patterns: ["*.example.com", "[proxy]:3023"] })}\n`);
  expect(sshKeygen(["-F", "web1.example.com", "-f", known])).toContain("found: line 1 CA");
  expect(sshKeygen(["-F", "[proxy]:3023", "-f", known])).toContain("found: line 1 CA");
});

test("rejects patterns that would break the line", () => {
  for (const patterns of [[], [""], ["a b"], ["a,b"], ["a\nb"], ["größe"]]) {
    expect(faultOf(() => knownHostsLine({ cluster, key, patterns })).code).toBe("bad_request");
  }
});

test("parses @cert-authority lines and skips others", () => {
  const text = [
    "# comment",
    "",
    `web1 ${KEY}`,
    `@revoked * ${KEY}`,
    knownHostsLine({ cluster, key }),
    `  @cert-authority\t[proxy]:3023  ${KEY} made by hand\r`,
    `@cert-authority * ${KEY}`,
  ].join("\n");
  expect(parseKnownAuthorities(text).map(({ patterns, cluster: of }) => ({ patterns, of }))).toEqual([
    { patterns: ["*.example.com", "example.com"], of: "example.com" },
    { patterns: ["[proxy]:3023"], of: undefined },
    { patterns: ["*"], of: undefined },
  ]);
  expect(parseKnownAuthorities(text).every((known) => known.key.equals(key))).toBe(true);
});

test("rejects a malformed key with its line number", () => {
  for (const line of [
    "@cert-authority",
    "@cert-authority *",
    "@cert-authority * ssh-ed25519 AAAA",
    `@cert-authority ${KEY}`,
  ]) {
    const fault = faultOf(() => parseKnownAuthorities(`# first\n${line}\n`));
    expect(fault).toEqual({ code: "bad_request", message: "known_hosts, line 2: not a public key" });
  }
});

test("the CA pin is the fingerprint of ssh-keygen in hex", () => {
  const pin = caPin(key);
  expect(pin).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(`SHA256:${Buffer.from(pin.slice(7), "hex").toString("base64").replace("=", "")}`).toBe(key.fingerprint);
});
