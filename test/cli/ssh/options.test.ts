import { describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { ESCAPE_HELP, EscapeFilter } from "../../../cli/ssh/escape.ts";
import { parseDynamic, parseForward } from "../../../cli/ssh/forward-spec.ts";
import { applyOption, noOptions } from "../../../cli/ssh/options.ts";
import { prefixed } from "../../../cli/ssh/prefixed.ts";
import { encodeModes } from "../../../cli/ssh/terminal-modes.ts";
import { parseQuery } from "../../../cli/tsh/nodes/node-query.ts";
import { parseProxy } from "../../../cli/tsh/proxy/address.ts";
import { parseDestination } from "../../../cli/tsh/ssh/destination.ts";
import { hostPort } from "../../../core/address.ts";
import type { Node } from "../../../core/resource/node.ts";

describe("escapes", () => {
  /** Everything that comes out, escapes in angle brackets. */
  function typed(...chunks: string[]): string {
    const filter = new EscapeFilter("~");
    const parts = chunks.flatMap((chunk) => filter.push(Buffer.from(chunk)));
    return parts.map((part) => (typeof part === "string" ? `<${part}>` : Buffer.from(part).toString())).join("");
  }

  test.each([
    [["~."], "<disconnect>"],
    [["~", "."], "<disconnect>"],
    [["ls\r~."], "ls\r<disconnect>"],
    [["ls\n~?x"], "ls\n<help>x"],
    [["a~."], "a~."],
    [["~~."], "~."],
    [["~a~."], "~a~."],
    [["~\r~."], "~\r<disconnect>"],
    [["~", "~", "."], "~."],
    [["~?~."], "<help><disconnect>"],
    [["~\x1a"], "<suspend>"],
    [["é~.\r~", "x"], "é~.\r~x"],
  ] as const)("%j is %j", (chunks, out) => expect(typed(...chunks)).toBe(out));

  test("are explained", () => expect(ESCAPE_HELP).toContain("~."));
});

describe("forwardings", () => {
  test.each([
    ["8080:db:5432", { from: { host: "localhost", port: 8080 }, to: { host: "db", port: 5432 } }],
    ["0.0.0.0:8080:db:5432", { from: { host: "0.0.0.0", port: 8080 }, to: { host: "db", port: 5432 } }],
    [":8080:db:5432", { from: { host: "*", port: 8080 }, to: { host: "db", port: 5432 } }],
    ["*:8080:db:5432", { from: { host: "*", port: 8080 }, to: { host: "db", port: 5432 } }],
    ["[::1]:8080:[2001:db8::1]:5432", { from: { host: "::1", port: 8080 }, to: { host: "2001:db8::1", port: 5432 } }],
    ["0:db:5432", { from: { host: "localhost", port: 0 }, to: { host: "db", port: 5432 } }],
    ["/tmp/a:db:5432", { from: { path: "/tmp/a" }, to: { host: "db", port: 5432 } }],
    ["8080:/tmp/b", { from: { host: "localhost", port: 8080 }, to: { path: "/tmp/b" } }],
    ["127.0.0.1:8080:/tmp/b", { from: { host: "127.0.0.1", port: 8080 }, to: { path: "/tmp/b" } }],
    ["/tmp/a:/tmp/b", { from: { path: "/tmp/a" }, to: { path: "/tmp/b" } }],
  ])("%s", (text, forward) => expect(parseForward(text)).toEqual(forward as never));

  test.each([
    "",
    "80",
    "80:db",
    "80:db:",
    "80::22",
    "a:b:c:d:e",
    "99999:db:1",
    "80:db:0",
    "80:db:x",
    "/tmp/a",
    "/tmp/a:x:/tmp/b",
  ])("%j is none", (text) => expect(() => parseForward(text)).toThrow("is not a forwarding"));

  test("-D", () => {
    expect(parseDynamic("1080")).toEqual({ host: "localhost", port: 1080 });
    expect(parseDynamic("[::]:1080")).toEqual({ host: "::", port: 1080 });
    expect(() => parseDynamic("1080:a:b")).toThrow("is not a forwarding");
  });
});

describe("options", () => {
  test("are read as ssh reads them", () => {
    const options = noOptions();
    for (const text of [
      "port=2222",
      "User alice",
      "LocalForward 8080 db:5432",
      'SetEnv="A=b c"',
      "SendEnv X_*",
      "ConnectTimeout=5",
      "escapechar none",
      "RequestTTY=force",
    ])
      applyOption(options, text);
    expect(options).toEqual({
      port: 2222,
      user: "alice",
      local: [{ from: { host: "localhost", port: 8080 }, to: { host: "db", port: 5432 } }],
      remote: [],
      dynamic: [],
      setEnv: { A: "b c" },
      sendEnv: ["X_*"],
      connectTimeoutMs: 5000,
      escape: null,
      requestTty: "force",
    });
  });

  test("that are not known are named, with the nearest", () => {
    expect(() => applyOption(noOptions(), "ForwardAgen=yes")).toThrow("-o ForwardAgen=yes: unknown option");
    expect(() => applyOption(noOptions(), "yes")).toThrow("-o yes: not NAME=VALUE");
  });
});

test.each([
  ["web-1", { login: undefined, host: "web-1" }],
  ["root@web-1", { login: "root", host: "web-1" }],
  ["alice@example.com@web-1", { login: "alice@example.com", host: "web-1" }],
  ["root@[::1]", { login: "root", host: "::1" }],
  ["root@env=prod,tier=db", { login: "root", host: "env=prod,tier=db" }],
])("destination %s", (text, destination) => expect(parseDestination(text)).toEqual(destination));

test.each(["", "@web-1", "root@", "-oProxyCommand=x", "root@-x", "a b", "a\nb"])("%j is no destination", (text) =>
  expect(() => parseDestination(text)).toThrow("is not [USER@]HOST"),
);

test("the address of a proxy", () => {
  expect(parseProxy("Access.Example.com")).toEqual({
    host: "access.example.com",
    webPort: undefined,
    sshPort: undefined,
  });
  expect(parseProxy("https://p:443/")).toEqual({ host: "p", webPort: 443, sshPort: undefined });
  expect(parseProxy("p:443,3023")).toEqual({ host: "p", webPort: 443, sshPort: 3023 });
  expect(parseProxy("p:,3023")).toEqual({ host: "p", webPort: undefined, sshPort: 3023 });
  expect(parseProxy("[::1]:3080")).toEqual({ host: "::1", webPort: 3080, sshPort: undefined });
  expect(hostPort("::1", 1)).toBe("[::1]:1");
  for (const wrong of ["", "p:0", "p:70000", "../x", "p/x", "-p", "p:1:2"]) expect(() => parseProxy(wrong)).toThrow();
});

describe("queries", () => {
  const node = {
    metadata: { name: "u-1", labels: { env: "prod", "team/x": "a b" } },
    spec: { hostname: "web-1", addr: "10.0.0.1:3022" },
  } as unknown as Node;

  test.each([
    [`labels["env"] == "prod"`, true],
    [`labels.env == 'prod'`, true],
    [`labels["team/x"] != "a b"`, false],
    [`labels.none == ""`, true],
    [`exists(labels.none)`, false],
    [`name == "web-1" && !(labels.env == "test")`, true],
    [`name == "x" || hasPrefix(name, "web")`, true],
    [`name == "x" || name == "y" && name == "web-1"`, false],
    [`search("WEB", "10.0")`, true],
    [`!search("db")`, true],
    [`labels.toString == ""`, true],
  ])("%s is %p", (query, holds) => expect(parseQuery(query)(node)).toBe(holds));

  test.each([
    "",
    "name",
    'name = "x"',
    'name == "x" &&',
    '(name == "x"',
    'name == "x")',
    'nme == "x"',
    "labels[env]",
    "search(",
    `${"(".repeat(100)}name=="x"`,
    'hasPrefix("a")',
    'name == "x',
  ])("%j is refused with a sentence", (query) => {
    expect(() => parseQuery(query)).toThrow(/expected|no meaning|takes|nested/);
  });
});

test("lines of several outputs do not mix", async () => {
  const to = new PassThrough();
  const [a, b] = [prefixed("a: ", to), prefixed("b: ", to)];
  a.write("one\ntw");
  b.write("x\n\n");
  a.write("o\nlast");
  await new Promise<void>((done) => a.end(done));
  await new Promise<void>((done) => b.end(done));
  to.end();
  expect(Buffer.concat(await to.toArray()).toString()).toBe("a: one\nb: x\nb: \na: two\na: last\n");
});

test("a terminal's modes are those that stty says, on Linux and on macOS", () => {
  const linux =
    "speed 38400 baud; rows 24; columns 80; line = 0;\nintr = ^C; quit = ^\\; erase = ^?; eol = <undef>; eol2 = M-^?;\n-parenb cs8 icrnl -ixoff iutf8\nisig echo -tostop onlcr\n";
  const mac =
    "speed 9600 baud; 24 rows; 80 columns;\nlflags: icanon isig -echo\niflags: -istrip icrnl iutf8\noflags: opost\ncflags: cread cs8 -parenb\ncchars: discard = ^O; eof = ^D; erase = ^?;\n";
  const decode = (bytes: Buffer) => {
    const modes = new Map<number, number>();
    for (let at = 0; bytes[at] !== 0; at += 5) modes.set(bytes[at] ?? 0, bytes.readUInt32BE(at + 1));
    return modes;
  };
  const a = decode(encodeModes(linux));
  expect([a.get(1), a.get(2), a.get(3), a.get(6), a.get(42), a.get(40), a.get(53), a.get(58), a.get(129)]).toEqual([
    3, 28, 127, 255, 1, 0, 1, 0, 38400,
  ]);
  const b = decode(encodeModes(mac));
  expect([b.get(18), b.get(5), b.get(53), b.get(51), b.get(70), b.get(91), b.get(92)]).toEqual([15, 4, 0, 1, 1, 1, 0]);
  expect(encodeModes("stty: standard input: Inappropriate ioctl for device")).toEqual(Buffer.alloc(0));
});
