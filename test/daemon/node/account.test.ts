import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { admitAccount, lookupAccount } from "../../../daemon/node/account.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

describe("an account", () => {
  test("is found by its whole name, with what passwd says of it", async () => {
    expect(await lookupAccount("root")).toMatchObject({ uid: 0, gid: 0, home: "/root" });
    for (const name of ["roo", "root:x", "0", "", "no-such-account"]) expect(await lookupAccount(name)).toBeUndefined();
  });

  test("is refused while the machine takes no logins, with what it says about that, unless it is root's", () => {
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
