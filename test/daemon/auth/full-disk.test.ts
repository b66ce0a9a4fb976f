import { expect, test } from "bun:test";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { TestAuth } from "../../kit/auth.ts";
import { refusalOf } from "../../kit/person.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { smallDisk } from "../audit/kit.ts";

cleanTemp();

test("a full disk is reported, loses nothing, and writes succeed when there is space again", async () => {
  const dataDir = join(tempDir(), "disk");
  const disk = smallDisk(dataDir);
  if (disk === undefined) return console.log("skipped: a small file system cannot be mounted here");
  try {
    await using auth = await TestAuth.start({ dataDir });
    const admin = await auth.admin();
    const made: string[] = [];
    const create = (name: string) => admin.createUser({ name, traits: { note: ["x".repeat(1000)] } });
    // What one failure leaves may still be enough for the next: it is full when nothing goes any more.
    const fill = async (): Promise<Fault> => {
      for (let [failures, tried] = [0, 0]; ; tried++) {
        const name = `user-${tried}`;
        try {
          await create(name);
          made.push(name);
          failures = 0;
        } catch (error) {
          if (++failures === 5) return Fault.from(error);
        }
      }
    };
    const fault = await fill();
    expect(fault).toMatchObject({ code: "failed", message: expect.stringContaining("disk is full") });
    expect(fault.hint).toMatch(/^free some space/);
    expect(made.length).toBeGreaterThan(20);

    // The operator reads it where it happened: what is full, and no stack.
    const said = JSON.parse(auth.log.find((line) => line.includes("POST /v1/users failed")) ?? "{}");
    expect(said.error).toContain(dataDir);
    expect(said.error).toContain("the disk is full");
    expect(said.stack).toBeUndefined();

    // What needs no space goes on; what cannot be recorded is not done.
    expect((await admin.ping()).cluster).toBe("test");
    expect((await admin.list("user")).length).toBeGreaterThanOrEqual(made.length);
    expect((await refusalOf(create("one-more"))).code).toBe("failed");

    disk.grow();
    await create("after");
    const names = (await admin.list("user")).map(({ metadata }) => metadata.name);
    expect(made.filter((name) => !names.includes(name))).toEqual([]);
    expect(names).toContain("after");
    const recorded = (await admin.searchEvents({ event: "user.create", limit: 10_000 })).map(({ name }) => name);
    expect([...made, "after"].filter((name) => !recorded.includes(name))).toEqual([]);
    expect(await admin.verifyEvents()).toMatchObject({ ok: true });
  } finally {
    disk.remove();
  }
}, 30_000);
