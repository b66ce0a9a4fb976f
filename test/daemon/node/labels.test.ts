import { describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../../daemon/config.ts";
import { own } from "../../kit/account.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";
import { TestNode } from "./kit.ts";

cleanTemp();

describe("labels from commands", () => {
  test("have a value at the start, one line each, and a change sends a heartbeat at once", async () => {
    const file = join(tempDir(), "rack");
    writeFileSync(file, " a\x1b[31m1 \nsecond line\n");
    await using node = await TestNode.start({
      labels: { env: "prod" },
      commands: [
        { name: "rack", command: ["cat", file], period: 1 },
        { name: "broken", command: ["false"], period: 60 },
        { name: "missing", command: ["no-such-program"], period: 60 },
      ],
    });
    const told = () => node.beats.at(-1)?.node.metadata.labels;
    expect(told()).toEqual({ env: "prod", rack: "a [31m1" });
    expect(node.logged.filter((line) => line.includes("the command of a label failed")).length).toBe(2);

    writeFileSync(file, "b2\n");
    await until("the new value is told", () => told()?.["rack"] === "b2");
    // Access may hang on it either way, so a command that fails takes nothing away.
    rmSync(file);
    await until("the command fails", () => node.logged.some((line) => line.includes("label=rack")));
    expect(told()?.["rack"]).toBe("b2");
  });

  test("determine access, and a change closes sessions that lost it", async () => {
    const file = join(tempDir(), "state");
    writeFileSync(file, "open\n");
    await using node = await TestNode.start({ commands: [{ name: "state", command: ["cat", file], period: 1 }] });
    node.role("when-open", { allow: { logins: [own.login], node_labels: { state: "open" } } });
    const alice = await node.user("alice", { roles: ["when-open"] });
    const client = Bun.spawn(alice.command("ssh", "node", "echo in; exec sleep 100"), {
      stdin: "ignore",
      stdout: "pipe",
    });
    await client.stdout.getReader().read();
    writeFileSync(file, "closed\n");
    expect(await client.exited).toBe(255);
  });

  test("are replaced by a reload", async () => {
    await using node = await TestNode.start({ labels: { env: "prod" } });
    const settings = { node: { labels: { env: "test" }, commands: [] } } as unknown as Settings;
    await node.running.reload?.(settings);
    await until("the new labels are told", () => node.beats.at(-1)?.node.metadata.labels?.["env"] === "test");
  });
});
