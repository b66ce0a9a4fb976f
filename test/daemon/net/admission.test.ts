import { describe, expect, test } from "bun:test";
import { Admission, INNER_LIMITS, type Limits, OUTER_LIMITS, plainAddress } from "../../../daemon/net/admission.ts";

const LIMITS: Limits = {
  unauthenticated: { start: 10, rate: 30, full: 100 },
  perSource: 20,
  spareFiles: 10,
  total: 1000,
  penalties: true,
};

/** An Admission with a simulated clock and random source. Connections are numbers. */
function simulate(limits: Partial<Limits> = {}) {
  const state = { now: 0, random: 0.999 };
  const evicted: number[] = [];
  const admission = new Admission<number>(
    { ...LIMITS, ...limits },
    { now: () => state.now, random: () => state.random, evict: (connection) => evicted.push(connection) },
  );
  let next = 0;
  return {
    admission,
    evicted,
    wait: (ms: number) => {
      state.now += ms;
    },
    setRandom: (random: number) => {
      state.random = random;
    },
    connect(address: string, filesLeft?: number): number | string {
      const connection = next++;
      return admission.admit(connection, address, filesLeft) ?? connection;
    },
    fail(address: string, failure: "refused" | "slow" | "left" = "refused"): void {
      const connection = next++;
      if (admission.admit(connection, address) === undefined) {
        admission.failed(connection, failure);
        admission.closed(connection);
      }
    },
  };
}

const distinct = (i: number) => `10.0.${i >> 8}.${i & 255}`;

describe("unauthenticated connections of all sources", () => {
  test.each([
    ["below start none are refused", 9, 0, false],
    ["at start 30 of 100 are refused", 10, 0.29, true],
    ["at start 70 of 100 are admitted", 10, 0.31, false],
    ["half way to full 65 of 100 are refused", 55, 0.64, true],
    ["half way to full 35 of 100 are admitted", 55, 0.66, false],
    ["at full all are refused", 100, 0.9999, true],
  ])("%s", (_name, there, random, refused) => {
    const d = simulate();
    for (let i = 0; i < there; i++) expect(d.connect(distinct(i))).toBe(i);
    d.setRandom(random);
    expect(d.connect("192.0.2.1") === "startups").toBe(refused);
  });

  test("authenticated connections do not count", () => {
    const d = simulate();
    for (let i = 0; i < 500; i++) d.admission.authenticated(d.connect(distinct(i)) as number);
    d.setRandom(0);
    expect(d.connect("192.0.2.1")).toBe(500);
    expect(d.admission.size).toBe(501);
    expect(d.admission.unauthenticated).toBe(1);
  });

  test("authenticated connections count towards the total", () => {
    const d = simulate({ total: 3 });
    for (let i = 0; i < 3; i++) d.admission.authenticated(d.connect(distinct(i)) as number);
    expect(d.connect("192.0.2.1")).toBe("total");
    d.admission.closed(1);
    expect(d.connect("192.0.2.1")).toBe(4);
  });

  test("at the limit the oldest idle connections are evicted for new ones", () => {
    const d = simulate();
    for (let i = 0; i < 100; i++) d.connect(distinct(i));
    d.wait(2_999);
    expect(d.connect("192.0.2.1")).toBe("startups");
    d.wait(1);
    expect(d.connect("192.0.2.1")).toBe(101);
    expect(d.connect("192.0.2.1")).toBe(102);
    expect(d.evicted).toEqual([0, 1]);
    expect(d.admission.unauthenticated).toBe(100);
  });
});

describe("unauthenticated connections of one source", () => {
  test("are bounded without affecting other sources", () => {
    const d = simulate({ unauthenticated: { start: 1000, rate: 30, full: 2000 } });
    for (let i = 0; i < 20; i++) expect(d.connect("192.0.2.1")).toBe(i);
    expect(d.connect("192.0.2.1")).toBe("source");
    expect(d.connect("192.0.2.2")).toBe(21);
    d.admission.authenticated(5);
    expect(d.connect("192.0.2.1")).toBe(22);
  });

  test("an IPv6 source is a /64", () => {
    const d = simulate({ perSource: 1 });
    expect(d.connect("2001:db8::1")).toBe(0);
    expect(d.connect("2001:db8:0:0:ffff::2")).toBe("source");
    expect(d.connect("2001:DB8:0:1::1")).toBe(2);
    expect(d.connect("::1")).toBe(3);
  });

  test("at the limit the source's oldest idle connection is evicted", () => {
    const d = simulate({ perSource: 1 });
    expect(d.connect("192.0.2.1")).toBe(0);
    d.wait(3_000);
    expect(d.connect("192.0.2.1")).toBe(1);
    expect(d.evicted).toEqual([0]);
    expect(d.connect("192.0.2.1")).toBe("source");
  });
});

test("when few files are left, a new connection is admitted only by evicting an idle one", () => {
  const d = simulate();
  expect(d.connect(distinct(1), 10)).toBe(0);
  expect(d.connect(distinct(2), 9)).toBe("files");
  d.wait(3_000);
  expect(d.connect(distinct(2), 9)).toBe(2);
  expect(d.evicted).toEqual([0]);
  d.admission.authenticated(2);
  d.wait(3_000);
  expect(d.connect(distinct(3), 9)).toBe("files");
});

describe("penalties", () => {
  test("block a source with repeated failures until they expire", () => {
    const d = simulate();
    for (let i = 0; i < 2; i++) d.fail("192.0.2.1");
    expect(d.connect("192.0.2.1")).toBeNumber();
    d.fail("192.0.2.1");
    expect(d.connect("192.0.2.1")).toBe("penalty");
    expect(d.connect("192.0.2.2")).toBeNumber();
    d.wait(14_999);
    expect(d.connect("192.0.2.1")).toBe("penalty");
    d.wait(1);
    expect(d.connect("192.0.2.1")).toBeNumber();
  });

  test("expire between failures that are far apart", () => {
    const d = simulate();
    for (let i = 0; i < 50; i++) {
      d.fail("192.0.2.1");
      d.wait(5_000);
    }
    expect(d.connect("192.0.2.1")).toBeNumber();
  });

  test("last at most ten minutes", () => {
    const d = simulate({ perSource: 1000, unauthenticated: { start: 1000, rate: 30, full: 2000 } });
    const there = Array.from({ length: 500 }, () => d.connect("192.0.2.1") as number);
    for (const connection of there) d.admission.failed(connection, "slow");
    d.wait(599_999);
    expect(d.connect("192.0.2.1")).toBe("penalty");
    d.wait(1);
    expect(d.connect("192.0.2.1")).toBeNumber();
  });

  test("count once for each connection, not after a login, and one second for closing early", () => {
    const d = simulate();
    const one = d.connect("192.0.2.1") as number;
    for (let i = 0; i < 9; i++) d.admission.failed(one, "refused");
    const two = d.connect("192.0.2.1") as number;
    d.admission.authenticated(two);
    d.admission.failed(two, "refused");
    d.admission.closed(two);
    expect(d.connect("192.0.2.1")).toBeNumber();
    for (let i = 0; i < 10; i++) d.fail("192.0.2.3", "left");
    expect(d.connect("192.0.2.3")).toBeNumber();
  });

  test("do not apply to loopback addresses and to listeners without penalties", () => {
    const d = simulate();
    for (let i = 0; i < 9; i++) d.fail("127.0.0.1");
    expect(d.connect("127.0.0.1")).toBeNumber();
    for (let i = 0; i < 9; i++) d.fail("127.0.0.2");
    expect(d.connect("127.0.0.2")).toBe("penalty");
    const inner = simulate(INNER_LIMITS);
    for (let i = 0; i < 99; i++) inner.fail("192.0.2.1");
    expect(inner.connect("192.0.2.1")).toBeNumber();
  });

  test("are kept for a bounded number of sources", () => {
    const d = simulate(OUTER_LIMITS);
    for (let i = 0; i < 3; i++) d.fail("192.0.2.1");
    for (let i = 0; i < 65_535; i++) d.fail(distinct(i));
    expect(d.connect("192.0.2.1")).toBe("penalty");
    d.fail("198.51.100.1");
    expect(d.connect("192.0.2.1")).toBeNumber();
  });
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["fe80::1%eth0", "fe80::1"],
  ["2001:db8::1", "2001:db8::1"],
])("plainAddress(%s) is %s", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});
