import { describe, expect, test } from "bun:test";
import { boot, type Role } from "../../daemon/boot.ts";
import type { RoleName, Settings } from "../../daemon/config.ts";
import { createLog } from "../../daemon/log.ts";

function stage() {
  const told: string[] = [];
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", write: (line) => lines.push(line) });
  const role = (name: RoleName, trouble: { start?: Error; stop?: Error; reload?: Error } = {}): Role => ({
    name,
    start: async () => {
      await Bun.sleep(1);
      if (trouble.start) throw trouble.start;
      told.push(`${name} up`);
      return {
        listening: [`ssh://${name}:1`],
        reload: async () => {
          if (trouble.reload) throw trouble.reload;
          told.push(`${name} reloaded`);
        },
        stop: async () => {
          await Bun.sleep(1);
          told.push(`${name} down`);
          if (trouble.stop) throw trouble.stop;
        },
      };
    },
  });
  return { told, lines, log, role };
}

describe("boot()", () => {
  test("starts in the order given and stops in reverse", async () => {
    const { told, log, role } = stage();
    const booted = await boot([role("auth"), role("proxy"), role("node")], log);
    expect(booted.roles).toEqual([
      { name: "auth", listening: ["ssh://auth:1"] },
      { name: "proxy", listening: ["ssh://proxy:1"] },
      { name: "node", listening: ["ssh://node:1"] },
    ]);
    await booted.stop();
    await booted.stop();
    expect(told).toEqual(["auth up", "proxy up", "node up", "node down", "proxy down", "auth down"]);
  });

  test("when one fails, the started ones are stopped and the error is thrown", async () => {
    const { told, log, role } = stage();
    const failure = new Error("port in use");
    await expect(boot([role("auth"), role("proxy"), role("node", { start: failure })], log)).rejects.toBe(failure);
    expect(told).toEqual(["auth up", "proxy up", "proxy down", "auth down"]);
  });

  test("a role that fails to stop does not prevent stopping the others", async () => {
    const { told, lines, log, role } = stage();
    const booted = await boot([role("auth"), role("proxy", { stop: new Error("stuck") }), role("node")], log);
    await booted.stop();
    expect(told.slice(3)).toEqual(["node down", "proxy down", "auth down"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", role: "proxy", error: "stuck" });
  });

  test("a role that fails to reload continues, and the others reload", async () => {
    const { told, lines, log, role } = stage();
    const booted = await boot([role("auth", { reload: new Error("bad key") }), role("proxy")], log);
    expect(await booted.reload({} as Settings)).toBe(false);
    expect(told.slice(2)).toEqual(["proxy reloaded"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ role: "auth", error: "bad key" });
  });

  test("every role reloads", async () => {
    const { told, lines, log, role } = stage();
    const booted = await boot([role("auth"), role("proxy")], log);
    expect(await booted.reload({} as Settings)).toBe(true);
    expect(told.slice(2)).toEqual(["auth reloaded", "proxy reloaded"]);
    expect(lines).toEqual([]);
  });
});
