import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { admitAccount, lookupAccount } from "../../../daemon/node/account.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

describe("an account", () => {
  test("is looked up by its exact name in passwd", async () => {
    expect(await lookupAccount("root")).toMatchObject({ uid: 0, gid: 0, home: "/root" });
    for (const name of ["roo", "root:x", "0", "", "no-such-account"]) expect(await lookupAccount(name)).toBeUndefined();
  });

  test("is denied while a nologin file exists, with its text, except for root", () => {
    const closed = join(tempDir(), "nologin");
    const account = { name: "daemon", uid: 1, gid: 1, home: "/", shell: "/bin/sh" };
    const at = (path: string, uid = 1) => admitAccount({ ...account, uid }, new Date(), ["/nowhere/nologin", path]);
    expect(() => at("/nowhere/either")).not.toThrow();
    writeFileSync(closed, "back at noon\n");
    expect(() => at(closed)).toThrow("back at noon");
    writeFileSync(closed, "");
    expect(() => at(closed)).toThrow("this machine takes no logins");
    expect(() => at(closed, 0)).not.toThrow();
  });
});
