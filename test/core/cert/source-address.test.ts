import { expect, test } from "bun:test";
import { BlockList } from "node:net";
import { addressInList } from "../../../core/cert/source-address.ts";
import { faultOf } from "./keygen.ts";

test("a list contains an address when one of its networks does", () => {
  expect(addressInList("192.0.2.1,10.0.0.0/8", "10.255.255.255")).toBe(true);
  expect(addressInList("192.0.2.1,10.0.0.0/8", "192.0.2.1")).toBe(true);
  expect(addressInList("192.0.2.1,10.0.0.0/8", "192.0.2.2")).toBe(false);
  expect(addressInList("0.0.0.0/0", "192.0.2.2")).toBe(true);
});

test("an IPv4-mapped address is compared as IPv4; ::/0 contains IPv6 only", () => {
  expect(addressInList("10.0.0.0/8", "::ffff:10.0.0.1")).toBe(true);
  expect(addressInList("::ffff:10.0.0.0/104", "10.0.0.1")).toBe(true);
  expect(addressInList("::/0", "10.0.0.1")).toBe(false);
  expect(addressInList("0.0.0.0/0", "::1")).toBe(false);
});

test("the zone of an address is ignored", () => {
  expect(addressInList("fe80::/10", "fe80::1%eth0")).toBe(true);
});

test("no list contains an invalid address", () => {
  for (const text of ["", "UNKNOWN", "10.0.0", "10.0.0.256", "010.0.0.1", "::1::", "10.0.0.1 "]) {
    expect(addressInList("0.0.0.0/0,::/0", text)).toBe(false);
  }
});

test("rejects a list with any malformed entry", () => {
  const lists = [
    "",
    "10.0.0.0/8,",
    "10.0.0.1/8",
    "10.0.0.0/33",
    "::1/129",
    "10.0.0.0/08",
    "10.0.0.0/",
    "host",
    "fe80::1%eth0",
  ];
  for (const list of lists) expect(faultOf(() => addressInList(list, "10.0.0.1")).code).toBe("bad_request");
});

test("agrees with node:net's BlockList about random networks", () => {
  let state = 7;
  const random = (below: number) => (state = (state * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 2000; round++) {
    const six = random(2) === 1;
    const groups = Array.from({ length: six ? 8 : 4 }, () => random(six ? 4 : 8));
    const bits = random(six ? 129 : 33);
    const width = six ? 16 : 8;
    const behind = (i: number) => ((1 << width) - 1) >> Math.min(Math.max(bits - i * width, 0), width);
    const kept = groups.map((group, i) => group & ~behind(i));
    const text = (parts: number[]) => (six ? parts.map((part) => part.toString(16)).join(":") : parts.join("."));
    const asked = text(Array.from({ length: groups.length }, () => random(six ? 4 : 8)));
    const oracle = new BlockList();
    oracle.addSubnet(text(kept), bits, six ? "ipv6" : "ipv4");
    expect(addressInList(`${text(kept)}/${bits}`, asked)).toBe(oracle.check(asked, six ? "ipv6" : "ipv4"));
  }
});
