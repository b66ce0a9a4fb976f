import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../..");

interface Import {
  readonly from: string;
  /** A path below the root, a package, or `node:…`. */
  readonly to: string;
  /** Reached only when the line runs. */
  readonly dynamic: boolean;
  /** `import type`: gone after compiling. */
  readonly type: boolean;
}

const FILES = ["cli", "core", "daemon", "completions"].flatMap((dir) =>
  readdirSync(join(ROOT, dir), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => join(dir, file)),
);
const IMPORTS = FILES.flatMap(importsOf);
const importsFrom = Map.groupBy(IMPORTS, ({ from }) => from);

/** Bun's own scanner leaves out `import type`, so the specifiers are read here. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
  const call = /\b(?:import|require)\(\s*["']([^"']+)["']/g;
  const named = (specifier: string) =>
    specifier.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : specifier;
  return [
    ...[...text.matchAll(statement)].map(([, type, to = ""]) => ({
      from: file,
      to: named(to),
      dynamic: false,
      type: type !== undefined,
    })),
    ...[...text.matchAll(call)].map(([, to = ""]) => ({ from: file, to: named(to), dynamic: true, type: false })),
  ];
}

const inside = (path: string, dir: string) => path === dir || path.startsWith(`${dir}/`);
const packageOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const isOurs = ({ to }: Import) =>
  ["cli", "core", "daemon", "completions", "test", "package.json"].some((dir) => inside(to, dir));

function forbid(reason: string, broken: (one: Import) => boolean): void {
  const found = IMPORTS.filter(broken).map(({ from, to, type }) => `${from} imports ${type ? "types of " : ""}${to}`);
  if (found.length > 0) throw new Error(`${reason}:\n  ${found.join("\n  ")}`);
}

/**
 * Every file and package that a file's imports lead to, directly or through others; types and dynamic imports too.
 * @param ends files whose own imports are not followed
 */
function reached(start: string, ends: readonly string[] = []): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    for (const { to } of importsFrom.get(file) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      if (!ends.includes(to)) visit(to);
    }
  };
  visit(start);
  return seen;
}

/** Forbids that a file of the folder reaches one of these, directly or through other files. */
function forbidReach(folder: string, others: readonly string[]): void {
  const found = FILES.filter((file) => inside(file, folder)).flatMap((file) =>
    [...reached(file)].filter((to) => others.some((other) => inside(to, other))).map((to) => `${file} reaches ${to}`),
  );
  expect(found).toEqual([]);
}

/** The shortest cycle through a file, as a path that begins and ends with it; undefined if there is none. */
function cycleOf(start: string): string | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift())
    for (const { to } of importsFrom.get(file) ?? []) {
      if (to === start) return pathTo(file, start, cameFrom);
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, file);
      queue.push(to);
    }
  return undefined;
}

function pathTo(last: string, start: string, cameFrom: ReadonlyMap<string, string>): string {
  const path = [start];
  for (let file = last; file !== start; file = cameFrom.get(file) ?? start) path.unshift(file);
  return [start, ...path].join(" -> ");
}

function linesOf(file: string): { line: number; text: string }[] {
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  return lines.flatMap((text, i) => (/^\s*(\*|\/\/|\/\*)/.test(text) ? [] : [{ line: i + 1, text }]));
}

test("imports are found", () => {
  expect(IMPORTS.length).toBeGreaterThan(300);
  expect(IMPORTS.some(({ dynamic }) => dynamic)).toBe(true);
  expect(IMPORTS.some(({ type }) => type)).toBe(true);
});

describe("directions", () => {
  test("core imports only core and packages", () =>
    forbid(
      "core imports core and packages only",
      (one) => inside(one.from, "core") && isOurs(one) && !inside(one.to, "core"),
    ));

  test("cli imports daemon only in the commands that start one, and only dynamically", () =>
    forbid(
      "only cli/start.ts, cli/agent.ts, cli/trial.ts and the children table in cli/main.ts reach into daemon, and only when they run (types aside)",
      (one) =>
        inside(one.from, "cli") &&
        inside(one.to, "daemon") &&
        !(
          ["cli/start.ts", "cli/agent.ts", "cli/main.ts", "cli/trial.ts"].includes(one.from) &&
          (one.dynamic || one.type)
        ),
    ));

  test("daemon does not import cli", () =>
    forbid("daemon imports nothing of cli", (one) => inside(one.from, "daemon") && inside(one.to, "cli")));

  test("no role reaches another role: they call the auth API, also inside one process", () => {
    const roles = ["auth", "proxy", "node", "tms"].map((role) => `daemon/${role}`);
    for (const role of roles)
      forbidReach(
        role,
        roles.filter((other) => other !== role),
      );
  });

  test("only auth and tms reach the store", () => {
    for (const folder of ["daemon/proxy", "daemon/node", "daemon/cluster", "daemon/net"])
      forbidReach(folder, ["daemon/store"]);
  });

  test("only the commands that start a daemon reach one", () => {
    const ENTRIES = ["cli/start.ts", "cli/agent.ts", "cli/main.ts", "cli/trial.ts"];
    const found = FILES.filter((file) => inside(file, "cli") && !ENTRIES.includes(file)).flatMap((file) =>
      [...reached(file, ENTRIES)].filter((to) => inside(to, "daemon")).map((to) => `${file} reaches ${to}`),
    );
    expect(found).toEqual([]);
  });

  test("core/policy, core/cert and core/ca reach each other in one direction", () => {
    forbidReach("core/policy", ["core/cert", "core/ssh", "core/ca", "core/store.ts", "core/api"]);
    forbidReach("core/cert", ["core/policy", "core/ca", "core/ssh", "core/api"]);
    forbidReach("core/ca", ["core/ssh", "core/store.ts", "core/api"]);
  });

  test("no import cycle exists, types and dynamic imports included", () => {
    const cycles = FILES.flatMap((file) => cycleOf(file) ?? []);
    expect(cycles).toEqual([]);
  });

  test("only tests import test/", () => forbid("test/ is imported by tests only", (one) => inside(one.to, "test")));
});

/** Admission, login, refusals and re-checks stand in daemon/sshd; a role adds its policy and its channels. */
describe("one SSH server, one way to dial", () => {
  const ONLY: readonly (readonly [pattern: RegExp, files: readonly string[]])[] = [
    [/\b(serveSsh|readProxyHeader)\(/, ["daemon/sshd/server.ts"]],
    [/\bverifyCertificate\(/, ["daemon/sshd/user-login.ts", "daemon/auth/server.ts", "daemon/auth/certificates.ts"]],
    [/\bwriteProxyHeader\(/, ["daemon/net/dial.ts"]],
    // The relay is a child that runs as the user, for Unix sockets.
    [/\bconnect\(\{/, ["daemon/net/dial.ts", "daemon/node/child/relay.ts"]],
  ];

  test.each(ONLY)("%p is called here only", (pattern, files) => {
    const callers = FILES.filter(
      (file) => inside(file, "daemon") && linesOf(file).some(({ text }) => pattern.test(text)),
    );
    expect(callers.sort()).toEqual([...files].sort());
  });

  test("the shared server knows no role", () => {
    forbidReach("daemon/sshd", ["daemon/auth", "daemon/proxy", "daemon/node", "daemon/tms", "daemon/store"]);
  });
});

/** An entry point asks `authorize`: it combines no certificate, user record, roles and locks by itself. */
describe("one authorization", () => {
  const OPEN = ["authorize.ts", "delegation.ts", "explain.ts", "node-index.ts", "presets.ts"].map(
    (file) => `core/policy/${file}`,
  );

  test("outside of core/policy and core/ca, only decisions and their explanation are imported", () =>
    forbid(
      `daemon and cli import of core/policy only ${OPEN.join(", ")}`,
      ({ from, to }) =>
        inside(to, "core/policy") && !OPEN.includes(to) && !inside(from, "core/policy") && !inside(from, "core/ca"),
    ));

  test("no daemon reads into roles or locks", () => {
    const found = FILES.filter((file) => inside(file, "daemon")).flatMap((file) =>
      linesOf(file).flatMap(({ line, text }) =>
        /\bspec\.(allow|deny|options)\b|\bspec\.target\.|\b(lockedBy|effectiveRoles|mergeOptions)\b/.test(text)
          ? [`${file}:${line}: ${text.trim()}`]
          : [],
      ),
    );
    expect(found).toEqual([]);
  });
});

/** Where each package is at home: one place to change when it changes, and one to look at when it is wrong. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  ssh2: ["core/ssh"],
  sshpk: ["core/cert"],
  re2js: ["core/regex.ts"],
  "@peculiar/x509": ["core/cert"],
  otplib: ["core/mfa"],
  citty: ["cli"],
  uqr: ["cli", "daemon/proxy/web"],
  consola: ["daemon/log.ts"],
  hono: ["daemon/proxy", "daemon/tms"],
  "@hono/zod-openapi": ["daemon/tms"],
  "swagger-ui-dist": ["daemon/tms"],
  yaml: ["core/yaml.ts"],
  zod: ["core", "daemon", "cli/common/schema.ts"],
};

describe("packages", () => {
  const packages = IMPORTS.filter(
    (one) => !isOurs(one) && !/^(node|bun):/.test(one.to) && one.to !== "bun" && !builtinModules.includes(one.to),
  );

  test("each has one home", () => {
    const found = packages
      .filter(({ from, to }) => !(HOMES[packageOf(to)] ?? []).some((home) => inside(from, home)))
      .map(({ from, to }) => `${from} imports ${to}, whose home is ${HOMES[packageOf(to)]?.join(", ") ?? "nowhere"}`);
    expect(found).toEqual([]);
  });

  test("each of package.json's is used, and none besides", () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { dependencies: object };
    expect([...new Set(packages.map(({ to }) => packageOf(to)))].sort()).toEqual(Object.keys(dependencies).sort());
  });

  test("one reader of HTTP/1.1", () =>
    forbid("HTTP/1.1 is read by core/http, and by Bun's own server and fetch", ({ to }) =>
      ["node:http", "node:https", "node:http2"].includes(to),
    ));

  test("modules of the runtime are written node:", () =>
    forbid(
      "a module of the runtime is imported as node:…",
      (one) => builtinModules.includes(one.to) && !one.to.startsWith("node:") && !one.to.startsWith("bun"),
    ));
});

describe("core has no input and output", () => {
  test("it opens no file, socket or process", () => {
    const free = ["node:crypto", "node:stream", "node:events", "node:buffer", "node:util", "node:tls"];
    forbid(
      "core imports of node what only computes, and streams that work over what it is given",
      (one) => inside(one.from, "core") && one.to.startsWith("node:") && !one.type && !free.includes(one.to),
    );
  });

  test("it asks neither the clock nor the environment, and prints nothing", () => {
    const found = FILES.filter((file) => inside(file, "core")).flatMap((file) =>
      linesOf(file).flatMap(({ line, text }) =>
        /\bDate\.now\(|\bnew Date\(\)|\bprocess\.(env|stdout|stderr|argv|exit)|\bconsole\.|\bBun\.(file|write|spawn|connect|listen)/.test(
          text,
        )
          ? [`${file}:${line}: ${text.trim()}`]
          : [],
      ),
    );
    expect(found).toEqual([]);
  });
});

/** What `tsh ssh` and `tsh status` load before anything is typed: each of these costs milliseconds (design §3). */
describe("what is loaded at once", () => {
  function loadedBy(entry: string): Set<string> {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { from, to, dynamic, type } of IMPORTS) if (from === file && !dynamic && !type) visit(to);
    };
    visit(entry);
    return seen;
  }

  const HEAVY_OF_NODE = ["crypto", "http", "https", "net", "tls", "child_process", "stream"].map(
    (one) => `node:${one}`,
  );

  test.each([
    ["cli/main.ts", ["citty", "ssh2", "sshpk", "zod", "yaml", "consola", "hono", "otplib"]],
    ["cli/tsh/index.ts", ["ssh2", "sshpk", "zod", "yaml", "consola", "hono", "otplib"]],
    ["cli/tsh/login/status.ts", ["ssh2", "sshpk", "zod", "yaml", "consola", "hono", "otplib", "node:net", "node:http"]],
    // sshd waits for it at every login: 8 ms in all, of which node:crypto alone would take three (design §9).
    [
      "cli/keycmd/keycmd.ts",
      ["citty", "ssh2", "sshpk", "zod", "yaml", "consola", "hono", "otplib", "bun:ffi", ...HEAVY_OF_NODE],
    ],
    // What every client of the auth API loads: its entries without the schemas in them.
    ["core/api/client.ts", ["ssh2", "sshpk", "zod", "yaml", "hono", ...HEAVY_OF_NODE]],
    ["cli/tsh/ssh/ssh.ts", ["ssh2", "sshpk", "zod", "yaml", "consola", "hono", "otplib", "node:http"]],
    ["cli/tsh/ssh/run.ts", ["sshpk", "zod", "yaml", "consola", "hono", "otplib", "node:http"]],
  ])("%s is light", (entry, heavy) => {
    const loaded = [...loadedBy(entry)];
    expect(loaded.filter((one) => heavy.includes(packageOf(one)) || heavy.includes(one))).toEqual([]);
  });
});
