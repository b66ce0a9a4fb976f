import { describe, expect, test } from "bun:test";
import { Admission, INNER_LIMITS, type Limits, OUTER_LIMITS, plainAddress } from "../../../daemon/net/admission.ts";

const LIMITS: Limits = {
  unauthenticated: { start: 10, rate: 30, full: 100 },
  perSource: 20,
  spareFiles: 10,
  total: 1000,
  penalties: true,
};

/** A door with a clock and dice of its own. Connections are numbers. */
function door(limits: Partial<Limits> = {}) {
  const state = { now: 0, dice: 0.999 };
  const putOut: number[] = [];
  const admission = new Admission<number>(
    { ...LIMITS, ...limits },
    { now: () => state.now, random: () => state.dice, putOut: (connection) => putOut.push(connection) },
  );
  let next = 0;
  return {
    admission,
    putOut,
    wait: (ms: number) => {
      state.now += ms;
    },
    roll: (dice: number) => {
      state.dice = dice;
    },
    come(address: string, filesLeft?: number): number | string {
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

const far = (i: number) => `10.0.${i >> 8}.${i & 255}`;

describe("connections without a login, of everybody", () => {
  test.each([
    ["below the start nobody is refused", 9, 0, false],
    ["at the start 30 of 100 are", 10, 0.29, true],
    ["and 70 are not", 10, 0.31, false],
    ["half way to full 65 of 100 are", 55, 0.64, true],
    ["and 35 are not", 55, 0.66, false],
    ["at full all are", 100, 0.9999, true],
  ])("%s", (_name, there, dice, refused) => {
    const d = door();
    for (let i = 0; i < there; i++) expect(d.come(far(i))).toBe(i);
    d.roll(dice);
    expect(d.come("192.0.2.1") === "startups").toBe(refused);
  });

  test("those with a login do not count", () => {
    const d = door();
    for (let i = 0; i < 500; i++) d.admission.authenticated(d.come(far(i)) as number);
    d.roll(0);
    expect(d.come("192.0.2.1")).toBe(500);
    expect(d.admission.size).toBe(501);
    expect(d.admission.strangers).toBe(1);
  });

  test("but towards the total they do", () => {
    const d = door({ total: 3 });
    for (let i = 0; i < 3; i++) d.admission.authenticated(d.come(far(i)) as number);
    expect(d.come("192.0.2.1")).toBe("total");
    d.admission.closed(1);
    expect(d.come("192.0.2.1")).toBe(4);
  });

  test("a crowd that stays silent makes room for who comes later, the oldest first", () => {
    const d = door();
    for (let i = 0; i < 100; i++) d.come(far(i));
    d.wait(2_999);
    expect(d.come("192.0.2.1")).toBe("startups");
    d.wait(1);
    expect(d.come("192.0.2.1")).toBe(101);
    expect(d.come("192.0.2.1")).toBe(102);
    expect(d.putOut).toEqual([0, 1]);
    expect(d.admission.strangers).toBe(100);
  });
});

describe("connections without a login, of one source", () => {
  test("are bounded, and others are not concerned", () => {
    const d = door({ unauthenticated: { start: 1000, rate: 30, full: 2000 } });
    for (let i = 0; i < 20; i++) expect(d.come("192.0.2.1")).toBe(i);
    expect(d.come("192.0.2.1")).toBe("source");
    expect(d.come("192.0.2.2")).toBe(21);
    d.admission.authenticated(5);
    expect(d.come("192.0.2.1")).toBe(22);
  });

  test("an IPv6 source is its /64", () => {
    const d = door({ perSource: 1 });
    expect(d.come("2001:db8::1")).toBe(0);
    expect(d.come("2001:db8:0:0:ffff::2")).toBe("source");
    expect(d.come("2001:DB8:0:1::1")).toBe(2);
    expect(d.come("::1")).toBe(3);
  });

  test("the silent ones of the same source make room", () => {
    const d = door({ perSource: 1 });
    expect(d.come("192.0.2.1")).toBe(0);
    d.wait(3_000);
    expect(d.come("192.0.2.1")).toBe(1);
    expect(d.putOut).toEqual([0]);
    expect(d.come("192.0.2.1")).toBe("source");
  });
});

test("when few files are left, newcomers come in only for those who have long been silent", () => {
  const d = door();
  expect(d.come(far(1), 10)).toBe(0);
  expect(d.come(far(2), 9)).toBe("files");
  d.wait(3_000);
  expect(d.come(far(2), 9)).toBe(2);
  expect(d.putOut).toEqual([0]);
  d.admission.authenticated(2);
  d.wait(3_000);
  expect(d.come(far(3), 9)).toBe("files");
});

describe("penalties", () => {
  test("a source that keeps failing is shut out for as long as they add up to", () => {
    const d = door();
    for (let i = 0; i < 2; i++) d.fail("192.0.2.1");
    expect(d.come("192.0.2.1")).toBeNumber();
    d.fail("192.0.2.1");
    expect(d.come("192.0.2.1")).toBe("penalty");
    expect(d.come("192.0.2.2")).toBeNumber();
    d.wait(14_999);
    expect(d.come("192.0.2.1")).toBe("penalty");
    d.wait(1);
    expect(d.come("192.0.2.1")).toBeNumber();
  });

  test("failures that are far apart are forgiven", () => {
    const d = door();
    for (let i = 0; i < 50; i++) {
      d.fail("192.0.2.1");
      d.wait(5_000);
    }
    expect(d.come("192.0.2.1")).toBeNumber();
  });

  test("last ten minutes at most", () => {
    const d = door({ perSource: 1000, unauthenticated: { start: 1000, rate: 30, full: 2000 } });
    const there = Array.from({ length: 500 }, () => d.come("192.0.2.1") as number);
    for (const connection of there) d.admission.failed(connection, "slow");
    d.wait(599_999);
    expect(d.come("192.0.2.1")).toBe("penalty");
    d.wait(1);
    expect(d.come("192.0.2.1")).toBeNumber();
  });

  test("a connection fails once, and not after a login; one that merely left costs a second", () => {
    const d = door();
    const one = d.come("192.0.2.1") as number;
    for (let i = 0; i < 9; i++) d.admission.failed(one, "refused");
    const two = d.come("192.0.2.1") as number;
    d.admission.authenticated(two);
    d.admission.failed(two, "refused");
    d.admission.closed(two);
    expect(d.come("192.0.2.1")).toBeNumber();
    for (let i = 0; i < 10; i++) d.fail("192.0.2.3", "left");
    expect(d.come("192.0.2.3")).toBeNumber();
  });

  test("spare this machine itself, and doors that have none", () => {
    const d = door();
    for (let i = 0; i < 9; i++) d.fail("127.0.0.1");
    expect(d.come("127.0.0.1")).toBeNumber();
    for (let i = 0; i < 9; i++) d.fail("127.0.0.2");
    expect(d.come("127.0.0.2")).toBe("penalty");
    const inner = door(INNER_LIMITS);
    for (let i = 0; i < 99; i++) inner.fail("192.0.2.1");
    expect(inner.come("192.0.2.1")).toBeNumber();
  });

  test("are remembered for a bounded number of sources", () => {
    const d = door(OUTER_LIMITS);
    for (let i = 0; i < 3; i++) d.fail("192.0.2.1");
    for (let i = 0; i < 65_535; i++) d.fail(far(i));
    expect(d.come("192.0.2.1")).toBe("penalty");
    d.fail("198.51.100.1");
    expect(d.come("192.0.2.1")).toBeNumber();
  });
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["fe80::1%eth0", "fe80::1"],
  ["2001:db8::1", "2001:db8::1"],
])("the address %s is written %s", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});
