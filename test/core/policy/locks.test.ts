import { expect, test } from "bun:test";
import { type Locked, lockedBy } from "../../../core/policy/locks.ts";
import { type Lock, lock } from "../../../core/resource/lock.ts";
import { parse } from "../../../core/resource/resource.ts";

const now = new Date("2030-01-01T12:00:00Z");
const alice: Locked = {
  user: "alice",
  roles: ["dba", "access"],
  login: "root",
  node: ["6f1d", "web-1"],
  mfaDevice: "phone",
};

function aLock(target: object, expires?: string): Lock {
  return parse(lock, { kind: "lock", metadata: { name: "l", ...(expires && { expires }) }, spec: { target } });
}

test.each<[string, object, Locked, boolean]>([
  ["the user", { user: "alice" }, alice, true],
  ["another user", { user: "bob" }, alice, false],
  ["users are compared letter by letter", { user: "Alice" }, alice, false],
  ["one of the roles", { role: "access" }, alice, true],
  ["a role that she has not", { role: "editor" }, alice, false],
  ["the login", { login: "root" }, alice, true],
  ["the login in another case", { login: "ROOT" }, alice, true],
  ["the node by its UUID", { node: "6f1d" }, alice, true],
  ["the node by its name, in any case", { node: "WEB-1" }, alice, true],
  ["another node", { node: "web-2" }, alice, false],
  ["the device", { mfa_device: "phone" }, alice, true],
  ["all of several", { user: "alice", login: "root" }, alice, true],
  ["only one of several", { user: "alice", login: "ubuntu" }, alice, false],
  ["a login that is not known yet", { login: "root" }, { user: "alice" }, false],
  ["a node that is not known yet", { user: "alice", node: "web-1" }, { user: "alice" }, false],
  ["a node given by one name", { node: "web-1" }, { node: "web-1" }, true],
  ["nobody in particular", { user: "alice" }, {}, false],
])("a lock is for %s", (_whom, target, who, expected) => {
  expect(lockedBy([aLock(target)], who, now) !== undefined).toBe(expected);
});

test.each([
  [undefined, true],
  ["2030-01-01T12:00:00.001Z", true],
  ["2030-01-01T12:00:00Z", false],
  ["2029-12-31T00:00:00Z", false],
])("a lock until %s at noon: %p", (expires, expected) => {
  expect(lockedBy([aLock({ user: "alice" }, expires)], alice, now) !== undefined).toBe(expected);
});

test("the lock that applies is the one returned, so that its message can be shown", () => {
  const mine = aLock({ role: "dba" });
  expect(lockedBy([aLock({ user: "bob" }), mine], alice, now)).toBe(mine);
  expect(lockedBy([], alice, now)).toBeUndefined();
});
