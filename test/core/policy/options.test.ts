import { describe, expect, test } from "bun:test";
import { admitsAddress, mergeOptions, type Options } from "../../../core/policy/options.ts";
import { aRole } from "./make.ts";

const merge = (...options: readonly object[]): Options =>
  mergeOptions(options.map((each, i) => aRole(`r${i}`, { options: each })));

test("no roles, and roles that say nothing, permit nothing and demand nothing", () => {
  const nothing: Options = {
    maxSessionTtl: 108_000,
    forwardAgent: false,
    portForwarding: false,
    permitX11: false,
    disconnectExpiredCert: false,
    requireSessionMfa: false,
    sourceAddresses: [],
  };
  expect(merge()).toEqual(nothing);
  expect(merge({}, {})).toEqual(nothing);
});

describe("two roles", () => {
  test.each<[string, object, object, Partial<Options>]>([
    ["the shortest session", { max_session_ttl: "8h" }, { max_session_ttl: "1h30m" }, { maxSessionTtl: 5400 }],
    ["a session where one says nothing", { max_session_ttl: "8h" }, {}, { maxSessionTtl: 28_800 }],
    ["never more than 30 hours", { max_session_ttl: "7d" }, {}, { maxSessionTtl: 108_000 }],
    [
      "the shortest idle time",
      { client_idle_timeout: "5m" },
      { client_idle_timeout: "1h" },
      { clientIdleTimeout: 300 },
    ],
    ["fewest connections", { max_connections: 3 }, { max_connections: 2 }, { maxConnections: 2 }],
    ["fewest sessions, where one says nothing", { max_sessions: 3 }, {}, { maxSessions: 3 }],
    [
      "port forwarding if one permits it",
      { port_forwarding: true },
      { port_forwarding: false },
      { portForwarding: true },
    ],
    ["agent forwarding if one permits it", { forward_agent: true }, {}, { forwardAgent: true }],
    ["X11 forwarding if one permits it", {}, { permit_x11_forwarding: true }, { permitX11: true }],
    [
      "a cut at expiry if one demands it",
      { disconnect_expired_cert: true },
      { disconnect_expired_cert: false },
      { disconnectExpiredCert: true },
    ],
    ["a second factor if one demands it", {}, { require_session_mfa: true }, { requireSessionMfa: true }],
    [
      "addresses of the one that says something",
      { source_addresses: ["10.0.0.0/8"] },
      {},
      { sourceAddresses: ["10.0.0.0/8"] },
    ],
    [
      "the narrower block",
      { source_addresses: ["10.0.0.0/8"] },
      { source_addresses: ["10.1.0.0/16", "192.168.0.0/16"] },
      { sourceAddresses: ["10.1.0.0/16"] },
    ],
    [
      "the narrower block, the other way",
      { source_addresses: ["10.1.2.3"] },
      { source_addresses: ["10.1.0.0/16"] },
      { sourceAddresses: ["10.1.2.3"] },
    ],
    [
      "blocks of both families",
      { source_addresses: ["10.0.0.0/8", "2001:db8::/32"] },
      { source_addresses: ["2001:db8:1::/48", "0.0.0.0/0"] },
      { sourceAddresses: ["10.0.0.0/8", "2001:db8:1::/48"] },
    ],
  ])("%s", (_name, one, other, expected) => {
    expect(merge(one, other)).toMatchObject(expected);
    const swapped = merge(other, one);
    expect({ ...swapped, sourceAddresses: [...swapped.sourceAddresses].sort() }).toMatchObject(expected);
  });

  test("lists that have no address in common leave none, and not any", () => {
    const options = merge({ source_addresses: ["10.0.0.0/8"] }, { source_addresses: ["192.168.0.0/16"] });
    expect(options.sourceAddresses).not.toEqual([]);
    for (const address of ["10.0.0.1", "192.168.0.1", "::1", "127.0.0.1"])
      expect(admitsAddress(options, address)).toBe(false);
  });
});

describe("source addresses", () => {
  test.each<[string, readonly string[], string, boolean]>([
    ["none named: any", [], "203.0.113.7", true],
    ["inside", ["10.0.0.0/8"], "10.255.255.255", true],
    ["just outside", ["10.0.0.0/8"], "11.0.0.0", false],
    ["one address", ["10.1.2.3"], "10.1.2.3", true],
    ["its neighbour", ["10.1.2.3"], "10.1.2.4", false],
    ["one of several", ["10.0.0.0/8", "192.168.0.0/16"], "192.168.9.9", true],
    ["IPv6", ["2001:db8::/32"], "2001:db8:ffff::1", true],
    ["IPv6 outside", ["2001:db8::/32"], "2001:db9::1", false],
    ["IPv4 as a dual-stack socket shows it", ["10.0.0.0/8"], "::ffff:10.0.0.1", true],
    ["all of IPv6 is not all of IPv4", ["::/0"], "10.0.0.1", false],
    ["no address", ["0.0.0.0/0", "::/0"], "unix", false],
    ["nothing", ["0.0.0.0/0"], "", false],
  ])("%s", (_name, sourceAddresses, address, expected) => {
    expect(admitsAddress({ sourceAddresses }, address)).toBe(expected);
  });
});
