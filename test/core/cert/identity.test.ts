import { describe, expect, test } from "bun:test";
import { readHostIdentity, readUserIdentity } from "../../../core/cert/identity.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { faultOf, forged } from "./keygen.ts";

const ca = PrivateKey.generate();
const UUID = "5f0c9a1e-8d6b-4a2f-9c3d-1b2a3c4d5e6f";
const EXPIRES = new Date("2027-01-01T00:00:00Z");

const user = (change: Record<string, string | undefined> = {}) =>
  forged(ca, {
    extensions: given({
      "roles@sallyport": '["access","editor"]',
      "traits@sallyport": '{"logins":["root","ubuntu"],"team":[]}',
      "cluster@sallyport": "example.com",
      ...change,
    }),
  });
const host = (change: Record<string, string | undefined> = {}, keyId = `${UUID}.example.com`) =>
  forged(ca, {
    type: "host",
    keyId,
    extensions: given({ "role@sallyport": "node,proxy", "cluster@sallyport": "example.com", ...change }),
  });
const given = (entries: Record<string, string | undefined>) =>
  new Map(Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined));

test("a user's certificate names user, roles, traits, cluster, logins, dates, permissions and the key that signed", () => {
  expect(readUserIdentity(user({ "permit-pty": "", "permit-port-forwarding": "", other: "" }))).toEqual({
    user: "alice",
    roles: ["access", "editor"],
    traits: { logins: ["root", "ubuntu"], team: [] },
    cluster: "example.com",
    logins: ["root"],
    authority: ca.public.fingerprint,
    // The certificate is backdated by a minute.
    issued: new Date("2026-01-01T00:01:00Z"),
    expires: EXPIRES,
    permits: new Set(["pty", "port-forwarding"]),
  });
});

test("reads UUID, cluster and roles from a host certificate", () => {
  expect(readHostIdentity(host())).toEqual({
    uuid: UUID,
    cluster: "example.com",
    roles: ["node", "proxy"],
    expires: EXPIRES,
  });
});

test("reads __proto__ as an ordinary trait", () => {
  const { traits } = readUserIdentity(user({ "traits@sallyport": '{"__proto__":["x"]}' }));
  expect(Object.keys(traits)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(traits)).toBe(Object.prototype);
});

describe("denies missing or malformed fields", () => {
  const users: Record<string, (string | undefined)[]> = {
    "roles@sallyport": [undefined, "", "access", "{}", "null", "[1]", '["a"', '"a"', "[null]", '["a"] x'],
    "traits@sallyport": [undefined, "", "[]", "null", "1", '{"a":"b"}', '{"a":[1]}', '{"a":null}', "{"],
    "cluster@sallyport": [undefined, ""],
  };
  for (const [name, values] of Object.entries(users)) {
    test(`${name} of a user`, () => {
      for (const value of values) {
        const fault = faultOf(() => readUserIdentity(user({ [name]: value })));
        expect(fault.code).toBe("denied");
        expect(fault.message).toContain(name);
      }
    });
  }

  const hosts: Record<string, (string | undefined)[]> = {
    "role@sallyport": [undefined, "", "node,", ",node", "node, proxy", "NODE", "node\nproxy"],
    "cluster@sallyport": [undefined, ""],
  };
  for (const [name, values] of Object.entries(hosts)) {
    test(`${name} of a host`, () => {
      for (const value of values) {
        const fault = faultOf(() => readHostIdentity(host({ [name]: value })));
        expect(fault.code).toBe("denied");
        expect(fault.message).toContain(name);
      }
    });
  }

  test("the key id of a host", () => {
    const ids = [
      "web1.example.com",
      UUID,
      `${UUID}.`,
      `${UUID}.other.com`,
      `${UUID}.example.com.`,
      `x${UUID}.example.com`,
    ];
    for (const id of [...ids, `${UUID.toUpperCase()}.example.com`, `${UUID}xexample.com`]) {
      const fault = faultOf(() => readHostIdentity(host({}, id)));
      expect(fault).toEqual({
        code: "denied",
        message: "the certificate is not one of a cluster: its key id is not a UUID in example.com",
      });
    }
  });
});

test("denies a user certificate as a host's and the reverse", () => {
  const both = {
    "roles@sallyport": '["access"]',
    "traits@sallyport": "{}",
    "role@sallyport": "admin",
    "cluster@sallyport": "example.com",
  };
  expect(faultOf(() => readUserIdentity(host(both))).message).toEndWith("it is not a user certificate");
  const fault = faultOf(() => readHostIdentity(forged(ca, { keyId: `${UUID}.example.com`, extensions: given(both) })));
  expect(fault.message).toEndWith("it is not a host certificate");
});
