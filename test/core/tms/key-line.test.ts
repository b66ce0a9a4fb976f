import { describe, expect, test } from "bun:test";
import { readKeyLine } from "../../../core/tms/key-line.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const FINGERPRINT = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";

describe("a line for authorized_keys", () => {
  test("is parsed and rebuilt without its comment", () => {
    const line = readKeyLine(`${KEY}   alice's key "of today\n`);
    expect(line).toMatchObject({ options: [], type: "ssh-ed25519", fingerprint: FINGERPRINT, text: KEY });
  });

  test.each([
    "restrict",
    "restrict,pty",
    'from="10.0.0.0/8,2001:db8::/32"',
    'restrict,from="192.0.2.7",expiry-time="20261120120000Z"',
    'expiry-time="20261120"',
  ])("may have the options %s", (options) => {
    expect(readKeyLine(`${options} ${KEY}`)).toMatchObject({
      options: options.match(/(?:[^,"]|"[^"]*")+/g),
      text: `${options} ${KEY}`,
    });
  });

  test.each([
    'command="/bin/sh"',
    'restrict,command="id"',
    "cert-authority",
    'environment="LD_PRELOAD=/tmp/x"',
    'from="*"',
    'from="10.0.0.1\\",command=\\"id"',
    'from=""',
    "RESTRICT",
    "no-pty",
    "agent-forwarding",
    'permitopen="*:*"',
    'tunnel="0"',
    "restrict,",
    ",restrict",
    "restrict,,pty",
    'expiry-time="tomorrow"',
    'restrict"',
    "#",
  ])("may not have the options %s", (options) => {
    expect(() => readKeyLine(`${options} ${KEY}`)).toThrow(/refused/);
  });

  test.each([
    ["nothing", ""],
    ["a word", "hello"],
    ["HTML", "<html><body>502 Bad Gateway</body></html>"],
    ["a type without a key", "ssh-ed25519"],
    ["a key that is not base64", "ssh-ed25519 AAAA*"],
    ["base64 in another spelling", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJm="],
    ["a key of another type", KEY.replace("ssh-ed25519", "ssh-rsa")],
    ["a certificate", KEY.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com")],
    ["DSA", KEY.replace("ssh-ed25519", "ssh-dss")],
    ["two lines", `${KEY}\n${KEY}`],
    ["a hidden line end", `${KEY} x\r${KEY}`],
    ["a zero byte", `${KEY} \0`],
    ["an escape", `${KEY} \x1b[2J`],
    ["a comment line", `# ${KEY}`],
    ["too much", `${KEY} ${"x".repeat(20_000)}`],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
  ])("is not %s", (_, line) => {
    expect(() => readKeyLine(line)).toThrow(/refused/);
  });
});
