import { afterAll, beforeAll, expect, test } from "bun:test";
import { isRoot, own } from "../kit/account.ts";
import { AtTerminal, onTerminal } from "../kit/at-terminal.ts";
import { House, type Person } from "./kit.ts";

let house: House;
let alice: Person;

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
});
afterAll(() => house[Symbol.asyncDispose]());

/** A shell without anybody's profile, at its first prompt. */
async function shell(way: string, size = { cols: 80, rows: 24 }): Promise<AtTerminal> {
  const at = new AtTerminal(
    alice.command("ssh", "-t", way, "exec env -i TERM=$TERM PS1=ready$ PATH=$PATH bash --norc --noprofile -i"),
    size,
  );
  await at.sees("ready$");
  return at;
}

test.each(["node", "far"])(
  "a shell on %s has a terminal of its own, as large as the client's, also later",
  async (way) => {
    const at = await shell(way, { cols: 101, rows: 37 });
    at.type("tty; stat -c %a:%G $(tty); stty size; echo $TERM\n");
    await at.sees(/\r\/dev\/pts\/\d+\r\n[^\r]+\r\n37 101\r\nxterm-256color\r/);
    // The group is root's to give; to anybody else the machine gives it, or not.
    expect(at.screen).toMatch(isRoot ? /\n620:tty\r/ : /\n(620:tty|600:\S+)\r/);
    at.type("trap 'echo resized to $(stty size)' WINCH; echo tr''apped\n");
    await at.sees("trapped");
    at.resize(132, 50);
    at.type("\n");
    await at.sees("resized to 50 132");
    at.type("exit 6\n");
    expect(await at.status).toBe(6);
  },
);

test("job control: ^C interrupts, ^Z stops, fg goes on, and the shell is not concerned", async () => {
  const at = await shell("far");
  at.type("sh -c 'trap \"echo caught; exit 3\" INT; echo wai''ting; while :; do sleep 0.1; done'\n");
  await at.sees("waiting");
  at.type("\x03");
  await at.sees("^Ccaught");
  at.type("echo status $?\n");
  await at.sees("status 3");
  // It waits by itself: a shell in vfork(2), as dash is for every command, cannot stop, and its child has stopped already.
  at.type(`sh -c 'sleep 987 & trap "echo con''tinued; kill $!; exit 5" CONT; echo be''gun; wait'\n`);
  await at.sees("begun");
  at.type("\x1a");
  await at.sees("Stopped");
  at.type("jobs; fg\n");
  await at.sees("continued");
  at.type("echo status $?\n");
  await at.sees("status 5");
  at.type("\x04");
  expect(await at.status).toBe(0);
});

test("the client's own settings are the terminal's: characters, modes and speed", async () => {
  const settings = "erase ^H intr ^G susp undef -ixon iutf8 -echoctl 9600";
  const ssh = alice.command("ssh", "-tt", "far", "stty -a");
  const at = new AtTerminal(onTerminal(settings, ssh));
  expect(await at.status).toBe(0);
  for (const setting of ["erase = ^H", "intr = ^G", "susp = <undef>", "-ixon", " iutf8", "-echoctl", "speed 9600 baud"])
    expect(at.screen).toContain(setting);
});

test("~. ends the session and what runs in it; ~? is the client's own", async () => {
  const at = await shell("node");
  at.type("echo pid=$$=; exec sleep 987\n");
  await at.sees(/pid=\d+=\r/);
  const [, pid = ""] = /pid=(\d+)=\r/.exec(at.screen) ?? [];
  at.type("\r~?");
  await at.sees("Supported escape sequences");
  at.type("\r~.");
  expect(await at.status).toBe(255);
  const gone = await alice.ssh([
    "node",
    `for i in $(seq 200); do kill -0 ${pid} 2>/dev/null || exit 0; sleep 0.1; done; exit 1`,
  ]);
  expect(gone.code).toBe(0);
});

test("a big screenful arrives whole, and the last of it too", async () => {
  const { stdout, code } = await alice.ssh(["-tt", "far", "seq 1 50000; exit 3"]);
  expect(code).toBe(3);
  expect(stdout.split("\r\n").length).toBe(50_001);
});
