import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { basename } from "node:path";
import { applyTerminalModes } from "../../../daemon/node/terminal-modes.ts";
import { isRoot, own } from "../../kit/account.ts";
import { AtTerminal, onTerminal } from "../../kit/at-terminal.ts";
import { until } from "../../kit/until.ts";
import { type Actor, TestNode } from "./kit.ts";

let node: TestNode;
let alice: Actor;

beforeAll(async () => {
  node = await TestNode.start();
  alice = await node.user("alice");
});
afterAll(() => node[Symbol.asyncDispose]());

const atTerminal = (command: readonly string[], size = { cols: 100, rows: 30 }) =>
  new AtTerminal(command, size, { HOME: node.dir });

const shell = async (size?: { cols: number; rows: number }) => {
  const user = atTerminal(
    alice.command("ssh", "-t", "node", "exec env -i TERM=$TERM PS1='go> ' bash --norc --noprofile -i"),
    size,
  );
  await user.sees("go> ");
  return user;
};

describe("a shell on a terminal", () => {
  test("is the login shell with the message of the day and its own tty", async () => {
    const user = atTerminal(alice.command("ssh", "node"));
    user.type("echo +$0+$TERM+; tty; echo +$SSH_TTY+; exit 9\n");
    expect(await user.status).toBe(9);
    // The dash before its name is what makes any shell a login shell.
    expect(user.screen).toContain(`+-${basename(own.shell)}+xterm-256color+`);
    const [, tty = ""] = /\n(\/dev\/pts\/\d+)\r/.exec(user.screen) ?? [];
    expect(user.screen).toContain(`+${tty}+`);
    expect(node.named("session.end").at(-1)).toMatchObject({ interactive: true, exit_code: 9 });
  });

  test("has the client's size and gets SIGWINCH", async () => {
    const user = await shell({ cols: 97, rows: 31 });
    user.type("trap 'stty size' WINCH; stty size; echo rea''dy\n");
    await user.sees("31 97");
    await user.sees("ready");
    user.resize(120, 44);
    user.type("\n");
    await user.sees("44 120");
    user.type("exit\n");
    await user.status;
  });

  test("has job control, and ^C and ^Z reach the foreground process", async () => {
    const user = await shell();
    user.type("sh -c 'echo be''gun; exec sleep 100'\n");
    await user.sees("begun");
    user.type("\x1a");
    await user.sees("Stopped");
    user.type("kill -KILL %1; wait %1; sh -c 'echo re''ading; exec cat'\n");
    await user.sees("reading");
    user.type("\x03");
    await user.sees("^C");
    user.type("exit 4\n");
    expect(await user.status).toBe(4);
  });

  test("has the client's terminal modes", async () => {
    const settings = "intr ^G erase ^H eol2 @ susp undef -ixon -imaxbel iutf8 -echoctl olcuc 9600";
    const command = onTerminal(settings, alice.command("ssh", "-t", "node", "stty -a"));
    const user = atTerminal(command, { cols: 80, rows: 24 });
    expect(await user.status).toBe(0);
    for (const setting of ["intr = ^g", "erase = ^h", "eol2 = @", "susp = <undef>", "-ixon", "-imaxbel", " iutf8"])
      expect(user.screen.toLowerCase()).toContain(setting);
    for (const setting of ["-echoctl", " olcuc", "speed 9600 baud"])
      expect(user.screen.toLowerCase()).toContain(setting);
  });

  test("belongs to the user and the group tty while open", async () => {
    const { stdout } = await alice.ssh(["-tt", "node", "stat -c '%U %G %a' $(tty)"]);
    // The group is root's to give; to anybody else the machine gives it, or not.
    expect(stdout).toMatch(isRoot ? /^root tty 620\r\n$/ : new RegExp(`^${own.login} (tty 620|\\S+ 600)\r\n$`));
  });

  test("accepts input after a program was slow to read", async () => {
    const frame = new Uint8Array(8192).fill(0x61);
    const frames = 16;
    // The kernel has a whole frame before any of it is read.
    const program = `stty raw -echo; for i in $(seq ${frames}); do echo next; sleep 0.1; head -c ${frame.length} | wc -c; done`;
    await using user = Bun.spawn(alice.command("ssh", "-tt", "-e", "none", "node", program), {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    let said = "";
    let given = 0;
    for await (const chunk of user.stdout) {
      said += Buffer.from(chunk).toString();
      for (const asked = said.match(/next/g)?.length ?? 0; given < asked; given++) {
        user.stdin.write(frame);
        user.stdin.flush();
      }
    }
    expect(said.match(/\b8192\b/g)).toHaveLength(frames);
    expect(await user.exited).toBe(0);
  });

  test("keeps output that is written right before the exit", async () => {
    for (let i = 0; i < 5; i++) {
      const { stdout } = await alice.ssh(["-tt", "node", "seq 1 5000"]);
      expect(stdout).toEndWith("4999\r\n5000\r\n");
      expect(stdout.length).toBe(5000 * 6 - 9 * 3 - 90 * 2 - 900);
    }
  });

  test("sends SIGHUP to its processes when the client disconnects", async () => {
    const user = await shell();
    user.type("sleep 4321 & echo =$$=\n");
    // Not what was typed.
    await user.sees(/=\d+=\r\n/);
    const [, pid = ""] = /=(\d+)=/.exec(user.screen) ?? [];
    user.type("\n~.");
    expect(await user.status).toBe(255);
    await until("the shell is gone", () => !isAlive(Number(pid)));
  });

  test("is denied without permit-pty", async () => {
    const bob = await node.user("bob", { permits: {} });
    const { stderr } = await bob.ssh(["-o", "LogLevel=INFO", "-tt", "node", "true"]);
    expect(stderr).toContain("PTY allocation request failed");
    expect(node.named("session.rejected").at(-1)).toMatchObject({
      user: "bob",
      reason: "your certificate does not permit a terminal",
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("terminal modes", () => {
  const blank = new Uint8Array(36);

  test("an undefined character (255) is disabled with 0", () => {
    expect(applyTerminalModes(blank, { VINTR: 255, VEOF: 4 }).slice(17, 22)).toEqual(Uint8Array.of(0, 0, 0, 0, 4));
  });

  test("CS8 takes precedence over CS7", () => {
    const size = (modes: Record<string, number>) => (applyTerminalModes(blank, modes)[8] ?? 0) & 0o60;
    expect([size({ CS7: 1, CS8: 0 }), size({ CS7: 1, CS8: 1 }), size({ CS8: 1 })]).toEqual([0o40, 0o60, 0o60]);
  });

  test("unknown modes change nothing", () => {
    expect(applyTerminalModes(blank, { VDSUSP: 25, VSTATUS: 1, nonsense: 1, TTY_OP_OSPEED: 12345 })).toEqual(blank);
  });
});
