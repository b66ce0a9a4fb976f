import { describe, expect, test } from "bun:test";
import { destinationText, parseDestination, tcpipDestination } from "../../../daemon/proxy/destination.ts";

describe("what follows proxy:", () => {
  test.each([
    ["db1", "db1", 0],
    ["db1:22", "db1", 22],
    ["db1:0", "db1", 0],
    ["db1:", "db1", 0],
    ["db1.", "db1.", 0],
    ["0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a:22", "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", 22],
    ["10.0.0.1:22", "10.0.0.1", 22],
    // As ProxyCommand's %h:%p writes it, and as people do.
    ["::1:22", "::1", 22],
    ["[::1]:22", "::1", 22],
    ["[::1]", "::1", 0],
    ["fe80::1", "fe80::1", 0],
    // Every spelling of an address is one address.
    ["[0:0::0:1]:22", "::1", 22],
    ["[::FFFF:10.0.0.1]:22", "10.0.0.1", 22],
    ["::ffff:a00:1:22", "10.0.0.1", 22],
    ["env=prod", "env=prod", 0],
    ["env=prod,rack=1:22", "env=prod,rack=1", 22],
  ])("%s", (text, host, port) => {
    expect(parseDestination(text)).toEqual({ host, port });
  });

  test.each([
    ["db1@prod", "db1", 0],
    ["db1:22@prod", "db1", 22],
    ["db1:22@default@prod", "db1", 22],
    ["[::1]:22@prod", "::1", 22],
    ["@prod", "", 0],
  ])("%s is in the cluster prod", (text, host, port) => {
    expect(parseDestination(text)).toEqual({ host, port, cluster: "prod" });
  });

  test.each([
    [""],
    ["@"],
    ["db1@"],
    ["db1@a b"],
    ["db1:22@other@prod"],
    ["a@b@c@d"],
    [":22"],
    [":22@prod"],
    ["[]:22"],
    ["db1:65536"],
    ["db1:123456"],
    ["db1:-1"],
    ["a:b:c"],
    ["[db1]:22x"],
    ["-oProxyCommand"],
    ["db 1"],
    ["db1\n"],
    ["\x1b[31m"],
    ["1.2.3.400"],
    ["fe80::1%eth0"],
    ["x".repeat(2000)],
  ])("%j is refused", (text) => {
    expect(() => parseDestination(text)).toThrow("the host cannot be understood");
  });
});

test("what direct-tcpip asks for", () => {
  expect(tcpipDestination("db1", 22)).toEqual({ host: "db1", port: 22 });
  expect(tcpipDestination("[::1]", 22)).toEqual({ host: "::1", port: 22 });
  for (const [host, port] of [
    ["", 22],
    ["[]", 22],
    ["a b", 22],
    ["db1", 70_000],
  ] as const)
    expect(() => tcpipDestination(host, port)).toThrow("the host cannot be understood");
});

test("how a target is shown", () => {
  expect(["db1", "db1:22", "[::1]:22", "@prod"].map(parseDestination).map(destinationText)).toEqual([
    "db1",
    "db1:22",
    "[::1]:22",
    "the auth server",
  ]);
});
