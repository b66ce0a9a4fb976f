import { dlopen, ptr } from "bun:ffi";
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../cli/keycmd/config.ts";
import { whyChangeable, whyNotOwn, whyUnsafe } from "../../../cli/keycmd/setup/access.ts";
import { accountOf } from "../../../cli/keycmd/setup/account.ts";

/** Access lists beyond owner, group and others (acl(5)): who may write by one cannot be hidden. */
const isRoot = process.getuid?.() === 0;
const dir = isRoot ? mkdtempSync("/opt/keycmd-acl-") : "";
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Gives a user rights to a file or a directory, as setfacl(1) does. @returns whether the file system has such lists. */
function give(uid: number, rights: number, path: string): boolean {
  const { symbols: c } = dlopen("libc.so.6", {
    setxattr: { args: ["ptr", "ptr", "ptr", "u64", "i32"], returns: "i32" },
  });
  const nobody = 0xffff_ffff;
  // Owner, this user, group, mask and others: a tag, rights and an id each (linux/posix_acl_xattr.h).
  const entries = [
    [1, 6, nobody],
    [2, rights, uid],
    [4, 4, nobody],
    [16, 4 | rights, nobody],
    [32, 4, nobody],
  ] as const;
  const list = Buffer.alloc(4 + 8 * entries.length);
  list.writeUInt32LE(2);
  for (const [i, [tag, allowed, id]] of entries.entries()) {
    list.writeUInt16LE(tag, 4 + 8 * i);
    list.writeUInt16LE(allowed, 6 + 8 * i);
    list.writeUInt32LE(id, 8 + 8 * i);
  }
  const [name, file] = [Buffer.from("system.posix_acl_access\0"), Buffer.from(`${path}\0`)];
  return c.setxattr(ptr(file), ptr(name), ptr(list), list.length, 0) === 0;
}

const probe = join(dir, "probe");
if (isRoot) writeFileSync(probe, "");
const hasLists = isRoot && give(65_534, 4, probe);
if (!hasLists) console.log("access lists are not tried: not root, or a file system without them");

test.if(hasLists)("a list that lets somebody write shows in the mode, and one that lets him read is no harm", () => {
  const nobody = accountOf("nobody");
  chmodSync(dir, 0o755);
  const file = join(dir, "keycmd.toml");
  writeFileSync(file, 'tms_url = "https://localhost"\nhost_name = "h"\n');
  give(1234, 4, file);
  expect([whyUnsafe(file), whyChangeable(file, nobody)]).toEqual([undefined, undefined]);
  expect(readConfig(file).host).toBe("h");
  give(1234, 6, file);
  expect(whyUnsafe(file)).toContain("others than root can write");
  expect(whyChangeable(file, nobody)).toContain("others than root can write");
  expect(() => readConfig(file)).toThrow("other users can write to it");
  // What the mode takes away, the list does not give.
  chmodSync(file, 0o644);
  expect(whyUnsafe(file)).toBeUndefined();

  const cache = join(dir, "cache");
  mkdirSync(cache, { mode: 0o700 });
  expect(whyNotOwn(cache, accountOf("root"))).toBeUndefined();
  give(1234, 7, cache);
  expect(whyNotOwn(cache, accountOf("root"))).toContain("is not 0700");
});
