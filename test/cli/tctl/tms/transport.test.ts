import { afterEach, describe, expect, spyOn, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Context } from "../../../../cli/context.ts";
import { localTime, styleFor } from "../../../../cli/output.ts";
import { openTms } from "../../../../cli/tctl/tms/client.ts";
import type { TmsFlags } from "../../../../cli/tctl/tms/flags.ts";
import { lifetime, unsigned, useCount } from "../../../../cli/tctl/tms/flags.ts";
import { rowText } from "../../../../cli/tctl/tms/list.ts";
import { intoFile } from "../../../../cli/tctl/tms/secret.ts";
import { selfSigned } from "../../../../core/cert/x509.ts";
import { Fault } from "../../../../core/fault.ts";
import { isRoot } from "../../../kit/account.ts";
import { cleanEnv, program, run, runProgram } from "../../../kit/run.ts";
import { cleanTemp, tempDir } from "../../../kit/temp.ts";

/** What tctl makes of an escrow that answers strangely, or not at all. The real one has a file of its own. */

cleanTemp();
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const NOWHERE: TmsFlags = {
  config: undefined,
  "data-dir": undefined,
  "auth-server": [],
  identity: undefined,
  server: undefined,
  "ca-file": undefined,
  tenant: "default",
  "admin-id": undefined,
  "admin-secret-file": undefined,
  "client-id": undefined,
  "client-secret-file": undefined,
};

const open = (where: Partial<TmsFlags>, env: Record<string, string> = {}) =>
  openTms(new Context("tctl", env, () => new Date()), { ...NOWHERE, ...where });

/** An escrow of this process behind the socket of a data directory. */
function socket(fetch: (request: Request) => Response | Promise<Response>): string {
  const dir = tempDir();
  mkdirSync(join(dir, "proc"));
  const server = Bun.serve({ unix: join(dir, "proc/tms.sock"), fetch });
  stops.push(() => void server.stop(true));
  return dir;
}

const answer = (status: number, body: object) =>
  Response.json({ result_code: status < 300 ? "0" : String(status), result_msg: "said so", ...body }, { status });

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const outcome = await work.catch((error: unknown) => error);
  if (!(outcome instanceof Fault)) throw new Error(`no Fault, but ${outcome}`);
  return outcome;
}

describe("an answer", () => {
  test("is what the interface says, without the envelope", async () => {
    const escrow = await open({ "data-dir": socket(() => answer(201, { id: 7, list: [{ a: 1 }] })) });
    expect(await escrow.post(["client"], { body: {} })).toEqual({ id: 7, list: [{ a: 1 }] });
    expect(await escrow.list(["client", "list"], "list")).toEqual([{ a: 1 }]);
  });

  test.each([
    [400, "bad_request"],
    [401, "unauthenticated"],
    [403, "denied"],
    [404, "not_found"],
    [405, "bad_request"],
    [409, "conflict"],
    [413, "too_large"],
    [415, "bad_request"],
    [429, "rate_limited"],
    [500, "failed"],
    [501, "failed"],
    [502, "unavailable"],
    [503, "unavailable"],
  ])("with the status %i is a failure of the kind %s, in its own words", async (status, code) => {
    const escrow = await open({ "data-dir": socket(() => answer(status, {})) });
    expect(await faultOf(escrow.get(["client", "x"]))).toMatchObject({ code, message: "said so" });
  });

  test.each([
    ["a page", "failed", new Response("<h1>Welcome</h1>")],
    ["an array", "failed", Response.json([])],
    ["nothing", "failed", new Response("")],
    ["a page of a failure", "unavailable", new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["another address", "failed", new Response("", { status: 302, headers: { location: "http://127.0.0.1:1/" } })],
  ])("that is %s is told as no answer of an escrow: %s", async (_, kind, response) => {
    const escrow = await open({ "data-dir": socket(() => response) });
    const { code, message } = await faultOf(escrow.get(["client", "x"]));
    expect({ kind: String(code), message }).toEqual({
      kind,
      message: expect.stringMatching(/^the escrow in .* does not answer as an escrow does: status \d+$/),
    });
  });

  test("of a route that is not there is told as a wrong address, and not as a row that is missing", async () => {
    const escrow = await open({
      "data-dir": socket(() => Response.json({ result_msg: "not found" }, { status: 404 })),
    });
    expect(await faultOf(escrow.get(["client", "x"]))).toMatchObject({
      code: "failed",
      message: expect.stringMatching(/ does not answer as an escrow does: status 404$/),
      hint: "check the address",
    });
  });

  test.each([
    [400, "Tenant not enabled.", "there is no tenant lab, or it is switched off: see tctl tms tenants ls"],
    [401, "credentials are missing: those of an admin", "authenticate with --admin-id or --client-id"],
    [401, "the credentials are wrong", "the tenant lab is asked whether it knows them"],
    [500, "internal error", "the reason is in the escrow's log"],
  ])("with the status %i that says %j is told with what to do", async (status, result_msg, hint) => {
    const escrow = await open({ tenant: "lab", "data-dir": socket(() => answer(status, { result_msg })) });
    expect(await faultOf(escrow.get(["client", "x"]))).toMatchObject({ message: result_msg, hint });
  });

  test("without the rows that were asked for is none, either", async () => {
    const escrow = await open({ "data-dir": socket(() => answer(200, { clients: 3 })) });
    expect(await faultOf(escrow.list(["client", "list"], "clients"))).toMatchObject({ code: "failed" });
  });
});

describe("no answer", () => {
  test("without a socket", async () => {
    const dir = tempDir();
    const fault = await faultOf(open({ "data-dir": dir }));
    expect(fault).toMatchObject({ code: "unavailable", message: `no escrow runs in ${dir}` });
  });

  test("where only somebody else may look", async () => {
    const dir = socket(() => answer(200, {}));
    chmodSync(join(dir, "proc"), 0);
    if (isRoot) process.seteuid?.(65534);
    try {
      expect(await faultOf(open({ "data-dir": dir }))).toMatchObject({
        code: "denied",
        message: `${dir}/proc/tms.sock: permission denied`,
        hint: "run tctl as the user that runs the escrow, or as root",
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(dir, "proc"), 0o700);
    }
  });

  test("is waited for from the question on, however long a person thought about the secret before", async () => {
    using timeout = spyOn(AbortSignal, "timeout");
    const escrow = await open({ "data-dir": socket(() => answer(200, {})) });
    expect(timeout).not.toHaveBeenCalled();
    await escrow.get(["version"]);
    await escrow.get(["version"]);
    expect(timeout).toHaveBeenCalledTimes(2);
  });

  test("behind a socket that nobody listens on", async () => {
    const dir = tempDir();
    mkdirSync(join(dir, "proc"));
    writeFileSync(join(dir, "proc/tms.sock"), "");
    const escrow = await open({ "data-dir": dir });
    expect(await faultOf(escrow.get(["version"]))).toMatchObject({ code: "unavailable" });
  });

  test("on a connection that is cut", async () => {
    const dir = tempDir();
    mkdirSync(join(dir, "proc"));
    const listener = Bun.listen({ unix: join(dir, "proc/tms.sock"), socket: { data: (one) => void one.end() } });
    stops.push(() => listener.stop(true));
    const escrow = await open({ "data-dir": dir });
    expect(await faultOf(escrow.get(["version"]))).toMatchObject({ code: "unavailable" });
  });

  test("at an address where nobody is, or somebody who does not speak TLS", async () => {
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (one) => void one.end("220 mail.example.com ESMTP\r\n") },
    });
    stops.push(() => listener.stop(true));
    for (const server of ["https://127.0.0.1:1", `https://127.0.0.1:${listener.port}`]) {
      const escrow = await open({ server });
      const { code, message } = await faultOf(escrow.get(["version"]));
      expect({ code, message }).toEqual({ code: "unavailable", message: expect.stringContaining(server.slice(8)) });
    }
  });
});

describe("who asks", () => {
  const heard: Record<string, string>[] = [];
  const listening = () =>
    socket((request) => {
      heard.push(Object.fromEntries([...request.headers].filter(([name]) => name.startsWith("x-tms-"))));
      return answer(200, {});
    });

  test("is said in headers, the secret being from a file or the environment", async () => {
    const dir = listening();
    const file = join(dir, "secret");
    writeFileSync(file, "of-a-file\nmore\n");
    const env = { SALLYPORT_TMS_ADMIN_SECRET: "of-admin", SALLYPORT_TMS_CLIENT_SECRET: "of-client" };
    heard.length = 0;
    for (const where of [
      {},
      { tenant: "physics", "admin-id": "~~admin" },
      { "client-id": "ci" },
      { "client-id": "ci", "client-secret-file": file },
    ])
      await (await open({ "data-dir": dir, ...where }, env)).get(["version"]);
    expect(heard).toEqual([
      { "x-tms-tenant": "default" },
      { "x-tms-tenant": "physics", "x-tms-admin-id": "~~admin", "x-tms-admin-secret": "of-admin" },
      { "x-tms-tenant": "default", "x-tms-client-id": "ci", "x-tms-client-secret": "of-client" },
      { "x-tms-tenant": "default", "x-tms-client-id": "ci", "x-tms-client-secret": "of-a-file" },
    ]);
  });

  test.each([
    [{ "admin-id": "~~admin", "client-id": "ci" }, "give either --admin-id or --client-id"],
    [{ "admin-secret-file": "/dev/null" }, "--admin-secret-file needs --admin-id"],
    [{ "admin-id": "~~admin", "client-secret-file": "/dev/null" }, "--client-secret-file needs --client-id"],
    [{ "auth-server": ["a:1"] }, "--auth-server and --identity are not for the escrow"],
    [{ identity: "x" }, "--auth-server and --identity are not for the escrow"],
    [{ tenant: "" }, "tenant: expected one line of text"],
    [{ tenant: "\ud800" }, "tenant: expected one line of text"],
    [{ "client-id": "a\r\nx-tms-admin-id: b" }, "client-id: expected one line of text"],
    [{ server: "https://127.0.0.1", "ca-file": "/dev/null" }, "--ca-file: /dev/null is no certificate in PEM"],
    [{ "ca-file": "/dev/null" }, "--ca-file needs --server"],
    [{ server: "http://127.0.0.1:3000" }, '--server: "http://127.0.0.1:3000" is not an address of HTTPS'],
    [{ server: "https://me:secret@127.0.0.1" }, '--server: "https://me:secret@127.0.0.1" is not an address of HTTPS'],
    [{ server: "https://" }, '--server: "https://" is not an address of HTTPS'],
  ] as const)("%j is refused before anything is sent", async (where, message) => {
    const env = { SALLYPORT_TMS_ADMIN_SECRET: "s", SALLYPORT_TMS_CLIENT_SECRET: "s" };
    const fault = await faultOf(open({ "data-dir": listening(), ...where }, env));
    expect(fault).toMatchObject({ code: "bad_request", message });
  });

  test("is asked for on the terminal; where there is none, it is said how else to give the secret", async () => {
    const words = ["clients", "ls", "--client-id=CI", `--data-dir=${listening()}`];
    const { code, stderr } = await runProgram(["setsid", "--wait", program("tctl"), "tms", ...words]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "tctl: error: there is no terminal to ask for secret of CI on\n" +
        "hint: give it with --client-secret-file or $SALLYPORT_TMS_CLIENT_SECRET\n",
    });
  });

  test("may have a name in any script", async () => {
    heard.length = 0;
    await (await open({ "data-dir": listening(), tenant: "phÿsik 物理" })).get(["version"]);
    const [{ "x-tms-tenant": bytes = "" } = {}] = heard;
    expect(Buffer.from(bytes, "latin1").toString("utf8")).toBe("phÿsik 物理");
  });

  test("names go into the path as they are, or not at all", async () => {
    const paths: string[] = [];
    const dir = socket((request) => {
      paths.push(new URL(request.url).pathname + new URL(request.url).search);
      return answer(200, {});
    });
    const escrow = await open({ "data-dir": dir });
    await escrow.patch(["client", "upd", "a/b?c#d e"], { query: { enabled: false, left: undefined, v: ">=1, <2" } });
    expect(paths).toEqual(["/v1/tms/client/upd/a%2Fb%3Fc%23d%20e?enabled=false&v=%3E%3D1%2C+%3C2"]);
    for (const name of ["", ".", "..", "\ud800"])
      expect(await faultOf(escrow.get(["client", name]))).toMatchObject({ code: "bad_request" });
  });
});

test("an escrow elsewhere is trusted by its certificate only", async () => {
  const dir = tempDir();
  const made = await selfSigned({ names: ["localhost"], days: 1, now: new Date() });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: made.keyPem, cert: made.certPem },
    fetch: (request) => answer(200, { path: new URL(request.url).pathname }),
  });
  stops.push(() => void server.stop(true));
  writeFileSync(join(dir, "cert.pem"), made.certPem);
  const ask = async (host: string, caFile?: string, path = "/v1/") =>
    (await open({ server: `${host}:${server.port}${path}`, "ca-file": caFile })).get(["version"]);

  expect(await ask("https://localhost", join(dir, "cert.pem"))).toEqual({ path: "/v1/tms/version" });
  expect(await ask("localhost", join(dir, "cert.pem"))).toEqual({ path: "/v1/tms/version" });
  // As the tms_url of a host has it.
  const whole = await ask("https://localhost", join(dir, "cert.pem"), "/below/v1/tms/pubkeys/creds/retrieve");
  expect(whole).toEqual({ path: "/below/v1/tms/version" });
  expect(await faultOf(ask("https://localhost"))).toMatchObject({ code: "denied" });
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  expect((await run(["tctl", "tms", "tenants", "ls", `--server=localhost:${server.port}`], { env })).code).toBe(4);
  expect(await faultOf(ask("https://127.0.0.1", join(dir, "cert.pem")))).toMatchObject({ code: "denied" });
});

test("durations and numbers are those of the interface", () => {
  expect(["30d", "12h", "1h30m", "2m", "0m", "never"].map(lifetime)).toEqual([43200, 720, 90, 2, 0, -1]);
  expect(["0", "1", "2147483646", "unlimited"].map(useCount)).toEqual([0, 1, 2147483646, -1]);
  expect([5, -1].map(unsigned)).toEqual([5, 2147483647]);
  for (const text of ["90s", "5", "", "forever", "-1h"]) expect(() => lifetime(text)).toThrow(Fault);
  for (const text of ["-1", "1.5", "", "2147483647", "1e3", "many"]) expect(() => useCount(text)).toThrow(Fault);
});

test("a row is shown in words", () => {
  const row = {
    id: 7,
    tms_user_id: "alice\u001b[2J",
    enabled: false,
    max_uses: "2147483647",
    remaining_uses: 3,
    expires_at: "9999-12-31T23:59:59Z",
    created: "2026-11-20T12:00:00.123Z",
    restrictions: { from: ["10.0.0.0/8"] },
    nothing: null,
  };
  expect(rowText(row, styleFor(1, { NO_COLOR: "1" })).split("\n")).toEqual([
    "Id:              7",
    "Tms user id:     alice?[2J",
    "Enabled:         no",
    "Max uses:        unlimited",
    "Remaining uses:  3",
    'Restrictions:    {"from":["10.0.0.0/8"]}',
    "Nothing:         ",
    "Expires at:      never",
    `Created:         ${localTime(new Date(row.created))}`,
  ]);
});

describe("a secret's file", () => {
  const make = async () => "made";
  const upper = (made: string) => `${made.toUpperCase()}\n`;

  test("is for its owner, and takes the place of another only where that is meant", async () => {
    const file = join(tempDir(), "secret");
    expect(await intoFile(file, { replace: false }, make, upper)).toBe("made");
    expect(readFileSync(file, "utf8")).toBe("MADE\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const refused = intoFile(file, { replace: false }, () => Promise.reject(new Error("was asked")), upper);
    expect(await faultOf(refused)).toMatchObject({ code: "conflict" });
    await intoFile(file, { replace: true }, async () => "new", upper);
    expect(readFileSync(file, "utf8")).toBe("NEW\n");
  });

  test("stays where it is, and whose it is, when it is replaced", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, "secret"), "old");
    chmodSync(join(dir, "secret"), 0o644);
    if (isRoot) chownSync(join(dir, "secret"), 65534, 65534);
    const { uid, gid } = statSync(join(dir, "secret"));
    symlinkSync("secret", join(dir, "link"));
    await intoFile(join(dir, "link"), { replace: true }, make, upper);
    const { uid: owner, gid: group, mode } = statSync(join(dir, "secret"));
    expect({ uid: owner, gid: group, mode: mode & 0o777 }).toEqual({ uid, gid, mode: 0o640 });
    expect(readFileSync(join(dir, "link"), "utf8")).toBe("MADE\n");
    expect(readdirSync(dir).sort()).toEqual(["link", "secret"]);
  });

  test.each([true, false])("is written by one command at a time, be it replaced or not (%p)", async (replace) => {
    const dir = tempDir();
    const file = join(dir, "secret");
    if (replace) writeFileSync(file, "old");
    const never = () => Promise.reject(new Error("was asked"));
    const slow = async () => {
      expect(await faultOf(intoFile(file, { replace }, never, upper))).toMatchObject({
        code: "conflict",
        message: `${file} is being written by another command`,
        hint: expect.stringContaining(`${file}.new`),
      });
      return "made";
    };
    await intoFile(file, { replace }, slow, upper);
    expect(readFileSync(file, "utf8")).toBe("MADE\n");
    expect(readdirSync(dir)).toEqual(["secret"]);
  });

  test("is a file, and neither a directory nor a device", async () => {
    const never = intoFile(tempDir(), { replace: true }, () => Promise.reject(new Error("was asked")), upper);
    expect(await faultOf(never)).toMatchObject({
      code: "bad_request",
      message: expect.stringMatching(/ is not a file$/),
    });
  });

  test("leaves nothing behind when control-C ends the question", async () => {
    const asked = Promise.withResolvers<void>();
    const data = socket(() => {
      asked.resolve();
      return new Promise(() => {});
    });
    const dir = tempDir();
    const child = Bun.spawn([program("tctl"), "tms", "clients", "add", "ci", "--out=secret", `--data-dir=${data}`], {
      cwd: dir,
      env: cleanEnv(),
      stdio: ["ignore", "ignore", "ignore"],
    });
    await asked.promise;
    expect(readdirSync(dir)).toEqual(["secret.new"]);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(readdirSync(dir)).toEqual([]);
  });

  test("is not there when nothing was made, and nothing is made that it has no place for", async () => {
    const dir = tempDir();
    const failing = () => Promise.reject(new Fault("denied", "no"));
    expect(await faultOf(intoFile(join(dir, "secret"), { replace: false }, failing, upper))).toMatchObject({
      code: "denied",
    });
    expect(readdirSync(dir)).toEqual([]);
    let asked = false;
    const work = async () => {
      asked = true;
      return "made";
    };
    await expect(intoFile(join(dir, "none/secret"), { replace: false }, work, upper)).rejects.toThrow("ENOENT");
    expect(asked).toBe(false);
  });
});

test("a host without the credential that was to be made with it is told of", async () => {
  const dir = socket(({ method }) => (method === "POST" ? answer(201, { host: "db1" }) : answer(503, {})));
  const line = ["hosts", "add", "db1", "10.1.2.3", "--credential", "--format=json", `--data-dir=${dir}`];
  const { code, stdout, stderr } = await run(["tctl", "tms", ...line]);
  expect({ code, stdout, error: JSON.parse(stderr) as unknown }).toEqual({
    code: 7,
    stdout: "",
    error: {
      error: {
        code: "unavailable",
        message: "the address is recorded, but the credential is not made: said so",
        hint: "make it with: tctl tms hosts credential rotate db1",
      },
    },
  });
});

test("a private key is not sent to anybody by mistake", async () => {
  let asked = false;
  const dir = socket(() => {
    asked = true;
    return answer(200, {});
  });
  await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(dir, "own")]);
  const line = `keys add alice db1 postgres ${dir}/own --ttl=1h --client-id=ci --data-dir=${dir}`;
  const { code, stderr } = await run(["tctl", "tms", ...line.split(" ")], {
    env: { SALLYPORT_TMS_CLIENT_SECRET: "s" },
  });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `tctl: error: ${dir}/own is a private key\nhint: give the public one: FILE.pub\n`,
  });
  expect(asked).toBe(false);
});
