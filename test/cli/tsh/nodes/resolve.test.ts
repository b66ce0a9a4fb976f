import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "../../../../core/resource/node.ts";
import { golden } from "../../../kit/golden.ts";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { writeLogin } from "../../../kit/login.ts";
import { run } from "../../../kit/run.ts";
import { keptTempDir } from "../../../kit/temp.ts";

const dir = keptTempDir();
let cluster: LoggedIn & AsyncDisposable;
let node: Node;
const cache = join(dir, "alice/keys/localhost/alice-ssh/test-nodes");

beforeAll(async () => {
  cluster = await startLoggedIn(dir, ["--labels=env=test"]);
  const [only] = JSON.parse((await cluster.tsh(["ls", "-f", "json"])).stdout) as Node[];
  if (only === undefined) throw new Error("the cluster has no node");
  node = only;
}, 60_000);
afterAll(() => cluster?.[Symbol.asyncDispose]());

const resolve = (...words: string[]) => cluster.tsh(["resolve", ...words]);
const SILENT = { stdout: "", stderr: "" };

describe("a machine", () => {
  test("is found by name in any case, with the cluster's name, by UUID and by address", async () => {
    const { name: uuid } = node.metadata;
    for (const host of ["node-1", "NODE-1", "node-1.test", uuid, `${uuid}.test`, "127.0.0.1", node.spec.addr])
      expect([host, await resolve(host)]).toEqual([host, { code: 0, stdout: `node-1  ${uuid}\n`, stderr: "" }]);
  });

  test("is printed whole for programs", async () => {
    const { stdout } = await resolve("node-1", "--format=json");
    const whole = JSON.parse(stdout) as Node;
    expect(whole).toMatchObject({ kind: "node", metadata: { name: node.metadata.name, labels: { env: "test" } } });
    const { revision, expires } = whole.metadata as { revision?: string; expires?: string };
    const neutral = stdout
      .replace(node.metadata.name, "UUID")
      .replace(node.spec.addr, "127.0.0.1:3022")
      .replace(String(revision), "REVISION")
      .replace(String(expires), "EXPIRES")
      .replace(node.spec.version, "VERSION");
    golden("json/tsh-resolve.json", neutral);
  });

  test("that joined since the list was kept is found", async () => {
    writeFileSync(cache, "");
    expect((await resolve("node-1")).code).toBe(0);
    expect(readFileSync(cache, "utf8")).toContain(" node-1 ");
    expect(statSync(cache).mode & 0o777).toBe(0o600);
  });
});

describe("no machine", () => {
  test("is called that", async () => {
    const ran = await resolve("node-2");
    expect(ran).toEqual({
      code: 5,
      stdout: "",
      stderr: 'tsh: error: no machine that you may reach is called "node-2"\nhint: did you mean node-1?\n',
    });
  });

  test("alone is called that", async () => {
    const line = (uuid: string) => {
      const spec = { ...node.spec, addr: `${uuid}:1` };
      return ` ${uuid}  twin \t${JSON.stringify({ ...node, metadata: { name: uuid }, spec: { ...spec, hostname: "twin" } })}\n`;
    };
    writeFileSync(cache, line("a") + line("b"));
    const ran = await resolve("twin");
    expect(ran).toMatchObject({ code: 6, stdout: "" });
    expect(ran.stderr).toContain('"twin" stands for 2 machines:\n  twin  a  a:1\n  twin  b  b:1\n');
  });

  test("is meant by labels, or by nobody", async () => {
    expect(await resolve("env=test")).toMatchObject({ code: 2, stdout: "" });
    const nobody = await run(["tsh", "resolve", "x", "--format=json"], { env: { HOME: mkdtempSync(join(dir, "h-")) } });
    expect(nobody).toMatchObject({ code: 3, stdout: "" });
    expect(JSON.parse(nobody.stderr)).toMatchObject({ error: { code: "unauthenticated" } });
  });
});

describe("--known", () => {
  test("says by its status alone whether there is such a name", async () => {
    rmSync(cache, { force: true });
    expect(await resolve("--known", "node-1")).toEqual({ code: 0, ...SILENT });
    expect(await resolve("--known", "node-2")).toEqual({ code: 5, ...SILENT });
    expect(await run(["tsh", "resolve", "--known", "x"], { env: { HOME: mkdtempSync(join(dir, "h-")) } })).toEqual({
      code: 3,
      ...SILENT,
    });
  });

  test("knows what it has seen, however long ago, and asks about the rest at most once a minute", async () => {
    // Of a cluster that cannot be reached, or asked with an expired certificate.
    const home = mkdtempSync(join(dir, "h-"));
    const known = (...words: string[]) => run(["tsh", "resolve", "--known", ...words], { env: { HOME: home } });
    await writeLogin(join(home, ".tsh"), { proxy: "proxy.invalid" });
    const kept = join(home, ".tsh/keys/proxy.invalid/alice-ssh/example-nodes");
    writeFileSync(kept, ` web-1 \t${JSON.stringify(node)}\n`);
    utimesSync(kept, 0, 0);
    expect(await known("web-1")).toEqual({ code: 0, ...SILENT });
    expect(await known("web-1.example")).toEqual({ code: 0, ...SILENT });
    expect(await known("web-2")).toEqual({ code: 7, ...SILENT });
    // It has just been tried.
    expect(await known("web-2")).toEqual({ code: 5, ...SILENT });
    await writeLogin(join(home, ".tsh"), { proxy: "proxy.invalid", expires: new Date("2021-01-01") });
    expect(await known("web-1")).toEqual({ code: 0, ...SILENT });
    utimesSync(kept, 0, 0);
    expect(await known("web-2")).toEqual({ code: 3, ...SILENT });
  });

  test("is not misled by a damaged list, nor by what is in labels", async () => {
    writeFileSync(cache, ` broken \t{"kind":\n web-1 \t${JSON.stringify({ a: " sneaky " })}\n`);
    expect(await resolve("--known", "broken")).toEqual({ code: 5, ...SILENT });
    expect(await resolve("--known", "sneaky")).toEqual({ code: 5, ...SILENT });
    rmSync(cache);
  });
});
