import { describe, expect, test } from "bun:test";
import { isIP } from "node:net";
import {
  formatAddress,
  ownAddress,
  parseListenAddress,
  parsePublicAddress,
  reachedAt,
} from "../../../daemon/config/address.ts";

const defaults = { host: "0.0.0.0", port: 3023 };

test.each([
  ["10.0.0.1:22", { host: "10.0.0.1", port: 22 }],
  ["[::1]:22", { host: "::1", port: 22 }],
  [":22", { host: "0.0.0.0", port: 22 }],
  ["10.0.0.1", { host: "10.0.0.1", port: 3023 }],
  ["::", { host: "::", port: 3023 }],
  ["::1", { host: "::1", port: 3023 }],
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["host.example.com", { host: "host.example.com", port: 3023 }],
  ["", undefined],
  ["a b:1", undefined],
  ["host:", undefined],
  ["host:70000", undefined],
  ["[host]:1", undefined],
  ["1.2.3.400:1", undefined],
  ["https://host:1", undefined],
])("to listen on %j", (text, address) => {
  expect(parseListenAddress(text, defaults)).toEqual(address as never);
});

test.each([
  ["host.example.com", { host: "host.example.com" }],
  ["host.example.com:443", { host: "host.example.com", port: 443 }],
  ["[2001:db8::1]:443", { host: "2001:db8::1", port: 443 }],
  ["2001:db8::1", { host: "2001:db8::1" }],
  [":443", undefined],
  ["host:0", undefined],
])("to be reached at %j", (text, address) => {
  expect(parsePublicAddress(text)).toEqual(address as never);
});

describe("public addresses", () => {
  const listening = { host: "0.0.0.0", port: 3023 };
  test("are the configured ones, by default with the bound port", () => {
    const publicAddrs = [{ host: "a.example.com" }, { host: "b.example.com", port: 22 }];
    expect(reachedAt(listening, { publicAddrs, advertiseIp: "10.0.0.5" })).toEqual([
      "a.example.com:3023",
      "b.example.com:22",
    ]);
  });
  test("else the advertised address, else the bound one, else this machine's", () => {
    expect(reachedAt(listening, { publicAddrs: [], advertiseIp: "10.0.0.5" })).toEqual(["10.0.0.5:3023"]);
    expect(reachedAt({ host: "::1", port: 1 }, { publicAddrs: [], advertiseIp: undefined })).toEqual(["[::1]:1"]);
    expect(reachedAt(listening, { publicAddrs: [], advertiseIp: undefined })).toEqual([
      formatAddress({ host: ownAddress(), port: 3023 }),
    ]);
    expect(isIP(ownAddress())).not.toBe(0);
  });
});
