import { afterEach, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { lockFile, notifyManager, peerCredentials, releaseStartPages } from "../../../daemon/net/libc.ts";
import { keptTempDir } from "../../kit/temp.ts";

const dir = keptTempDir();
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

test("peerCredentials returns the peer of a Unix socket", async () => {
  const path = join(dir, "who");
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const server = Bun.listen({
    unix: path,
    socket: { open: (socket) => resolve(peerCredentials((socket as unknown as { fd: number }).fd)), data: () => {} },
  });
  cleanup.push(() => server.stop(true));
  const client = await Bun.connect({ unix: path, socket: { data: () => {} } });
  cleanup.push(() => client.end());
  expect(await promise).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
});

test("peerCredentials is undefined for a descriptor that is not a socket", () => {
  const fd = openSync("/dev/null", "r");
  cleanup.push(() => closeSync(fd));
  expect(peerCredentials(fd)).toBeUndefined();
});

test("lockFile is exclusive until the holder closes the file", () => {
  const path = join(dir, "lock");
  const first = openSync(path, "a+");
  const second = openSync(path, "a+");
  cleanup.push(() => closeSync(second));
  expect(lockFile(first)).toBe(true);
  expect(lockFile(second)).toBe(false);
  closeSync(first);
  expect(lockFile(second)).toBe(true);
});

test("releaseStartPages releases pages and the program continues", () => {
  if (process.platform !== "linux") return console.log("skipped: Linux's");
  expect(releaseStartPages()).toBeGreaterThan(0);
  expect(JSON.parse(JSON.stringify({ still: ["here", /x/.test("x"), new Date(0).toISOString()] }))).toEqual({
    still: ["here", true, "1970-01-01T00:00:00.000Z"],
  });
});

/** A service manager's socket, by Python, as Bun has no Unix datagrams. Yields the first message. */
async function manager(address: string): Promise<{ message: Promise<string> }> {
  const program = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
a = sys.argv[1]
s.bind("\\0" + a[1:] if a.startswith("@") else a)
print("bound", flush=True)
print(s.recv(4096).decode(), flush=True)`;
  const child = Bun.spawn(["python3", "-c", program, address], { stdout: "pipe", stderr: "inherit" });
  cleanup.push(() => child.kill());
  const said = child.stdout.getReader();
  let text = "";
  const until = async (end: string): Promise<string> => {
    while (!text.endsWith(end)) {
      const { done, value } = await said.read();
      if (done) throw new Error(`it ended, having said ${JSON.stringify(text)}`);
      text += new TextDecoder().decode(value);
    }
    return text;
  };
  await until("bound\n");
  return { message: until("well\n").then((all) => all.replace("bound\n", "").trimEnd()) };
}

test.each([
  ["a path", join(dir, "notify")],
  ["an abstract name", `@sallyport-test-${process.pid}`],
])("the service manager is told, at %s", async (_name, address) => {
  if (Bun.which("python3") === null) return console.log("skipped: needs python3");
  const { message } = await manager(address);
  expect(notifyManager("READY=1\nSTATUS=all well", address)).toBe(true);
  expect(await message).toBe("READY=1\nSTATUS=all well");
});

test("notifyManager returns false without a service manager", () => {
  expect(notifyManager("READY=1", undefined)).toBe(false);
  expect(notifyManager("READY=1", join(dir, "nobody"))).toBe(false);
  expect(notifyManager("READY=1", "relative")).toBe(false);
  expect(notifyManager("READY=1", `/${"x".repeat(200)}`)).toBe(false);
});
