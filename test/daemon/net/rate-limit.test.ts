import { expect, test } from "bun:test";
import { RateLimit } from "../../../daemon/net/rate-limit.ts";

function limit(perMinute: number, burst: number) {
  const clock = { now: 0 };
  return { clock, limit: new RateLimit({ perMinute, burst }, () => clock.now) };
}

test("allows a burst at once and the rate in the long run", () => {
  const { clock, limit: bucket } = limit(20, 3);
  expect([1, 2, 3].map(() => bucket.take("10.0.0.1"))).toEqual([0, 0, 0]);
  expect(bucket.take("10.0.0.1")).toBe(3);
  expect(bucket.take("10.0.0.2")).toBe(0);
  clock.now += 2999;
  expect(bucket.take("10.0.0.1")).toBe(1);
  clock.now += 1;
  expect(bucket.take("10.0.0.1")).toBe(0);
  clock.now += 3_600_000;
  expect([1, 2, 3, 4].map(() => bucket.take("10.0.0.1"))).toEqual([0, 0, 0, 3]);
});

test("a refunded request does not count", () => {
  const { limit: bucket } = limit(20, 1);
  for (let i = 0; i < 100; i++) {
    expect(bucket.take("10.0.0.1")).toBe(0);
    bucket.giveBack("10.0.0.1");
  }
  bucket.giveBack("10.0.0.1");
  expect([bucket.take("10.0.0.1"), bucket.take("10.0.0.1")]).toEqual([0, 3]);
});

test("an IPv6 /64 is one source, and so are an IPv4 address and its IPv4-mapped form", () => {
  const { limit: bucket } = limit(20, 1);
  expect(bucket.take("2001:db8::1")).toBe(0);
  expect(bucket.take("2001:db8::ffff:1:2")).toBe(3);
  expect(bucket.take("2001:db8:0:1::1")).toBe(0);
});

test("memory is bounded for any number of sources, and the latest ones are kept", () => {
  const { limit: bucket } = limit(20, 1);
  bucket.take("10.255.0.1");
  for (let i = 0; i < 30_000; i++) bucket.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(bucket.take("10.0.117.47")).toBe(3);
  expect(bucket.take("10.255.0.1")).toBe(0);
});
