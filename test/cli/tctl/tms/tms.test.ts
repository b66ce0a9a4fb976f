import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ran, type RunOptions, run, runProgram } from "../../../kit/run.ts";
import { TmsServer } from "../../../kit/tms-server.ts";
import { goldenJson } from "../kit.ts";

/** `tctl tms` of the compiled program against its own escrow: what scripts read, and how each command fails. */

let escrow: TmsServer;
let dir: string;
beforeAll(async () => {
  escrow = await TmsServer.open();
  dir = escrow.dir;
});
afterAll(async () => {
  await escrow[Symbol.asyncDispose]();
});

const tctl = (line: string | readonly string[], options: RunOptions = {}): Promise<Ran> =>
  run(["tctl", "tms", ...(typeof line === "string" ? line.split(" ") : line)], {
    cwd: dir,
    ...options,
    env: { SALLYPORT_DATA_DIR: escrow.dataDir, ...options.env },
  });

async function output(line: string, options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await tctl(line, options);
  if (code !== 0) throw new Error(`tctl tms ${line} ended with ${code}:\n${stderr}`);
  return stdout;
}

type Row = Readonly<Record<string, unknown>>;
const json = async (line: string) => JSON.parse(await output(`${line} --format=json`)) as Row;
const rows = async (line: string) => JSON.parse(await output(`${line} --format=json`)) as Row[];

/** Compares with a file, with every number and secret that is new each time written as what it is. */
async function promise(name: string, line: string): Promise<void> {
  const text = await output(`${line} --format=json`);
  const steady = text
    .replaceAll(/"id": \d+/g, '"id": "<n>"')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "<time>")
    .replaceAll(/tmsh_\d+_[0-9a-f]{48}/g, "<credential>")
    .replaceAll(/\b[0-9a-f]{48}\b/g, "<secret>")
    .replaceAll(/-----BEGIN[^"]*-----\\n/g, "<private key>");
  goldenJson(`tms-${name}`, steady);
}

/** Status, and the error as a script reads it. */
async function failure(line: string, options?: RunOptions) {
  const { code, stdout, stderr } = await tctl(`${line} --format=json`, options);
  expect(stdout).toBe("");
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
  return { exit: code, message: error.message };
}

const AS_CI = "--client-id=ci --client-secret-file=ci.secret";

describe("a tenant's rows, from the first to the last", () => {
  test("tenants", async () => {
    await promise("tenants-add", "tenants add physics");
    await promise("tenants-get", "tenants get physics");
    await promise("tenants-update", "tenants update physics --require-host-credential=yes");
    expect(await output("tenants ls --format=names")).toBe("default\nphysics\n");
    await output("tenants update physics --enabled=no");
    expect(await output("tenants ls")).toMatch(/^physics +no /m);
    expect(await failure("clients ls --tenant=none")).toEqual({ exit: 2, message: "Tenant not enabled." });
    await output("tenants update physics --enabled=yes");
    await output("clients add one --tenant=physics");
    expect((await failure("tenants rm physics")).exit).toBe(6);
    await promise("tenants-rm", "tenants rm physics --wipe");
    await output("tenants add phÿsik");
    expect(await output("clients ls --tenant=phÿsik --format=names")).toBe("");
    await output("tenants rm phÿsik");
    for (const verb of ["rm", "rm --wipe", "get", "update --enabled=yes"])
      expect(await failure(`tenants ${verb} physics`)).toEqual({ exit: 5, message: "there is no tenant physics" });
  });

  test("admins", async () => {
    await output("tenants add chemistry");
    const made = await output("admins add --tenant=chemistry ~~ops --format=json");
    expect(Object.keys(JSON.parse(made))).toEqual(["tenant", "admin_id", "admin_secret"]);
    await promise("admins-ls", "admins ls --tenant=chemistry");
    await promise("admins-rotate", "admins rotate ~~ops --tenant=chemistry --grace=1h");
    expect(await failure("admins add --tenant=chemistry")).toMatchObject({ exit: 6 });
    await promise("admins-rm", "admins rm ~~ops --tenant=chemistry");
    expect(await failure("admins rm ~~ops --tenant=chemistry")).toEqual({
      exit: 5,
      message: "there is no admin ~~ops",
    });
    expect((await failure("admins rotate ~~ops --tenant=chemistry")).exit).toBe(5);
  });

  test("clients", async () => {
    await promise("clients-add", "clients add portal --app-version=2.0");
    await promise("clients-get", "clients get portal");
    await promise("clients-ls", "clients ls");
    await promise("clients-update", "clients update portal --enabled=no --app-version=2.1");
    expect(await json("clients get portal")).toMatchObject({ enabled: false, app_version: "2.1", app_name: "portal" });
    await promise("clients-rotate", "clients rotate portal --grace=10m");
    expect(await failure("clients add portal")).toMatchObject({ exit: 6 });
    expect(await failure("clients add other --app-version=new")).toMatchObject({ exit: 2 });
    await promise("clients-rm", "clients rm portal");
    for (const verb of ["get", "rm", "rotate", "update --enabled=no"])
      expect(await failure(`clients ${verb} portal`)).toEqual({ exit: 5, message: "there is no client portal" });
    expect(await failure("clients get list")).toEqual({ exit: 5, message: "there is no client list" });
    await output("clients add list");
    expect(await json("clients get list")).toMatchObject({ client_id: "list" });
    await output("clients rm list");
    expect(await output("clients ls --format=json")).toBe("[]\n");
    expect(await output("clients ls --format=names")).toBe("");
    expect(await output("clients ls")).toBe("CLIENT  APP  VERSION  ENABLED  CREATED\n");
  });

  test("users, links and delegations", async () => {
    await output("clients add ci --out=ci.secret");
    await promise("mfa-add", "mfa add alice --ttl=30d");
    await promise("mfa-get", "mfa get alice");
    await promise("mfa-ls", "mfa ls");
    await promise("mfa-update", "mfa update alice --ttl=60d --enabled=yes");
    expect(await failure("mfa add alice --ttl=1h")).toMatchObject({ exit: 6 });

    expect(await failure("user-hosts add bob db1 bob --ttl=1d")).toMatchObject({ exit: 5 });
    await promise("user-hosts-add", "user-hosts add alice db1 postgres --ttl=30d");
    await promise("user-hosts-ls", "user-hosts ls");
    await promise("user-hosts-update", "user-hosts update alice db1 postgres --ttl=never");
    const link = (await output("user-hosts ls --format=names")).trim();
    await promise("user-hosts-get", `user-hosts get ${link}`);
    expect(await output(`user-hosts get ${link}`)).toMatch(/^Expires at: +never$/m);

    await promise("delegations-add", "delegations add ci alice --ttl=30d");
    await promise("delegations-ls", "delegations ls");
    await promise("delegations-update", "delegations update ci alice --ttl=90d");
    await promise("delegations-get", `delegations get ${(await output("delegations ls --format=names")).trim()}`);

    for (const line of ["mfa get bob", "mfa rm bob", "mfa update bob --ttl=1d"])
      expect(await failure(line)).toEqual({ exit: 5, message: "there is no user bob" });
    for (const line of ["user-hosts rm alice db1 root", "user-hosts update alice db1 root --ttl=1d"])
      expect(await failure(line)).toEqual({ exit: 5, message: "there is no link of alice to root on db1" });
    for (const line of ["delegations rm ci bob", "delegations update ci bob --ttl=1d"])
      expect(await failure(line)).toEqual({ exit: 5, message: "there is no delegation of bob to ci" });
    expect(await failure("delegations get 2000000000")).toEqual({
      exit: 5,
      message: "there is no delegation 2000000000",
    });
  });

  test("hosts and their credentials", async () => {
    await promise("hosts-add", "hosts add db1 10.1.2.3");
    await promise("hosts-add-credential", "hosts add db1 10.1.* --credential");
    await promise("hosts-ls", "hosts ls");
    const [id = ""] = (await output("hosts ls --format=names")).split("\n");
    await promise("hosts-get", `hosts get ${id}`);
    await promise("hosts-credential-rotate", "hosts credential rotate db1 --grace=1h");
    await promise("hosts-credential-rm", "hosts credential rm db1");
    expect(await failure("hosts credential rm db1")).toEqual({ exit: 5, message: "there is no credential of db1" });
    await promise("hosts-rm", "hosts rm db1 10.1.*");
    expect(await failure("hosts rm db1 10.1.*")).toEqual({ exit: 5, message: "there is no host db1 at 10.1.*" });
    expect(await failure("hosts add db1 10.1.2.3 --out=x")).toEqual({ exit: 2, message: "--out needs --credential" });
  });

  test("keys", async () => {
    await promise("keys-create", `keys create alice db1 postgres --ttl=1h --uses=3 ${AS_CI}`);
    const [first] = await rows("keys ls");
    await promise("keys-ls", "keys ls");
    await promise("keys-get", `keys get ${first?.["id"]}`);
    expect(await json(`keys get ${first?.["public_key_fingerprint"]}`)).toEqual(first ?? {});
    await promise("keys-update", `keys update ${first?.["id"]} --uses=5 --ttl=2h`);
    expect(await json(`keys get ${first?.["id"]}`)).toMatchObject({ max_uses: 5, remaining_uses: 5 });
    await promise("keys-rm", `keys rm ${first?.["public_key_fingerprint"]}`);
    for (const line of [`keys rm ${first?.["id"]}`, `keys get ${first?.["id"]}`])
      expect(await failure(line)).toEqual({ exit: 5, message: `there is no key ${first?.["id"]}` });
    const gone = String(first?.["public_key_fingerprint"]);
    expect(await failure(`keys rm ${gone}`)).toEqual({ exit: 5, message: `there is no key ${gone}` });
    expect(await failure("keys rm db1")).toEqual({ exit: 2, message: '"db1" is neither a number nor a fingerprint' });

    for (const type of ["ecdsa", "rsa"])
      expect(await json(`keys create alice db1 postgres --type=${type} --ttl=never ${AS_CI}`)).toMatchObject({
        key_type: type,
        max_uses: 2147483647,
        expires_at: "9999-12-31T23:59:59Z",
      });
    expect(await output("keys ls")).toMatch(/ unlimited +never +SHA256:/);
  });

  test("a key goes to a file that ssh takes, with the public half beside it", async () => {
    const line = `keys create alice db1 postgres --ttl=1h --restrict --from=127.0.0.1,::1 --expiry-time --out=key ${AS_CI}`;
    const made = await json(line);
    expect(made["private_key"]).toBeUndefined();
    expect(statSync(join(dir, "key")).mode & 0o777).toBe(0o600);
    const { stdout } = await runProgram(["ssh-keygen", "-y", "-f", join(dir, "key")]);
    expect(stdout.trim()).toBe(String(made["public_key"]));
    expect(readFileSync(join(dir, "key.pub"), "utf8")).toBe(`${made["public_key"]} alice\n`);
    const before = await output("keys ls --format=names");
    expect(await failure(line)).toEqual({ exit: 6, message: "key.pub exists already" });
    writeFileSync(join(dir, "mine"), "mine");
    expect(await failure(line.replace("=key ", "=mine "))).toEqual({ exit: 6, message: "mine exists already" });
    expect(readFileSync(join(dir, "mine"), "utf8")).toBe("mine");
    expect(await output("keys ls --format=names")).toBe(before);
    // A link into the void is nothing until it is written to.
    symlinkSync("/nonexistent/pub", join(dir, "half.pub"));
    expect(await tctl(line.replace("=key ", "=half "))).toMatchObject({
      code: 6,
      stdout: expect.stringMatching(/SHA256:/),
    });
    expect(readFileSync(join(dir, "half"), "utf8")).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  });

  test("a key of the client's own", async () => {
    await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "mine", "-f", join(dir, "own")]);
    await promise("keys-add", `keys add alice db1 postgres own.pub --ttl=1h --uses=1 --restrict --pty ${AS_CI}`);
    expect(await failure(`keys add alice db1 postgres own.pub --ttl=1h ${AS_CI}`)).toMatchObject({ exit: 6 });
    expect(await failure(`keys add alice db1 postgres none.pub --ttl=1h ${AS_CI}`)).toMatchObject({ exit: 1 });
    expect(await failure(`keys add alice db1 postgres / --ttl=1h ${AS_CI}`)).toEqual({
      exit: 1,
      message: "/: is a directory",
    });
    const twice = "keys add alice db1 postgres - --ttl=1h --client-id=ci --client-secret-file=-";
    expect(await failure(twice, { stdin: "secret\n" })).toEqual({
      exit: 2,
      message: "stdin is either the key or the client's secret",
    });
  });

  test("reservations", async () => {
    const { stdout } = await runProgram(["ssh-keygen", "-l", "-f", join(dir, "own.pub")]);
    const fingerprint = stdout.split(" ")[1] ?? "";
    expect(await json(`keys get ${fingerprint}`)).toMatchObject({ restrictions: { restrict: true, pty: true } });
    await promise("reservations-create", `reservations create ${fingerprint} --ttl=2h ${AS_CI}`);
    const name = (await output("reservations ls --format=names")).trim();
    expect(name).toMatch(/^ci\/[0-9a-f-]{36}$/);
    await promise("reservations-ls", "reservations ls");
    await promise("reservations-get", `reservations get ${name}`);
    await promise("reservations-extend", `reservations extend ${name.slice(3)} ${AS_CI}`);
    expect(await rows(`reservations ls ${AS_CI}`)).toHaveLength(2);
    expect(await failure("reservations get 0b8f1c2e-6a34-4d0e-9d51-2f1e6a3c7b90")).toMatchObject({ exit: 2 });
    await promise("reservations-rm", `reservations rm --related ${name}`);
    for (const verb of ["get", "rm", "rm --related"])
      expect(await failure(`reservations ${verb} ${name}`)).toEqual({
        exit: 5,
        message: `there is no reservation ${name}`,
      });
    expect((await failure(`reservations extend ${name} --key=${fingerprint} ${AS_CI}`)).exit).toBe(5);
  });

  test("events", async () => {
    const [event] = await rows("events search --event=tms.client.create --limit=1 --from=1h");
    expect(event).toMatchObject({ event: "tms.client.create" });
    expect(await rows("events search --from=2020-01-01T00:00:00Z --to=2020-01-02T00:00:00Z")).toEqual([]);
    expect(await output("events search --limit=2")).toMatch(/^TIME .*\n.*\n.*\n$/);
    expect(await json("events verify")).toMatchObject({ ok: true });
  });

  test("what a row hangs on takes it along", async () => {
    await output("delegations rm ci alice");
    expect(await output("keys ls --format=names")).toBe("");
    await promise("user-hosts-rm", "user-hosts rm alice db1 postgres");
    await promise("mfa-rm", "mfa rm alice");
  });
});

describe("from elsewhere", () => {
  const remote = () => `--server=${escrow.url} --ca-file=${escrow.caFile}`;
  const nowhere = { env: { SALLYPORT_DATA_DIR: "/nonexistent" } };

  test("an admin and a client ask with a secret from the environment or a file", async () => {
    const secret = escrow.admin["X-TMS-ADMIN-SECRET"] ?? "";
    const env = { ...nowhere.env, SALLYPORT_TMS_ADMIN_SECRET: secret };
    await output(`clients add far ${remote()} --admin-id=~~admin --out=far.secret`, { env });
    const list = `clients ls --format=names ${remote()} --client-id=far --client-secret-file=-`;
    expect(await output(list, { ...nowhere, stdin: readFileSync(join(dir, "far.secret")) })).toBe("far\n");
  });

  test.each([
    ["with a wrong secret", "clients ls --admin-id=~~admin", 3],
    ["as nobody", "clients ls", 3],
    ["as a client what only admins do", "mfa ls --client-id=far --client-secret-file=far.secret", 3],
    ["as a client about another", "clients get ci --client-id=far --client-secret-file=far.secret", 4],
    ["what only the operator does", "events search --admin-id=~~admin", 4],
  ])("%s, it fails", async (_, line, exit) => {
    const env = { ...nowhere.env, SALLYPORT_TMS_ADMIN_SECRET: "0".repeat(48) };
    expect((await failure(`${line} ${remote()}`, { env })).exit).toBe(exit);
  });

  test("a certificate that nobody vouches for is refused, and a server that is away is said to be", async () => {
    expect((await failure(`tenants ls --server=${escrow.url}`, nowhere)).exit).toBe(4);
    expect((await failure("tenants ls --server=https://127.0.0.1:1", nowhere)).exit).toBe(7);
    expect((await failure("tenants ls", nowhere)).exit).toBe(7);
    const below = await failure(`tenants ls ${remote().replace(escrow.url, `${escrow.url}/below`)}`, nowhere);
    expect(below).toEqual({
      exit: 1,
      message: `localhost:${escrow.port} does not answer as an escrow does: status 404`,
    });
  });
});

describe("a secret", () => {
  test("is announced on stderr and printed once", async () => {
    const { stdout, stderr } = await tctl("clients add shown");
    expect(stdout).toMatch(/^Client secret: +[0-9a-f]{48}$/m);
    expect(stderr).toBe("the secret is shown only once: store it\n");
    expect(await output("clients get shown --format=json")).not.toMatch(/secret|[0-9a-f]{48}/);
  });

  test("goes to a file instead, and a new one takes its place", async () => {
    const { stdout, stderr } = await tctl("clients add filed --out=filed.secret");
    expect(stdout + stderr).not.toMatch(/[0-9a-f]{48}/);
    const file = join(dir, "filed.secret");
    const first = readFileSync(file, "utf8");
    expect(first).toMatch(/^[0-9a-f]{48}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const asFiled = "clients get filed --client-id=filed --client-secret-file=filed.secret";
    await output(asFiled);
    expect(await output("clients ls --format=names --client-id=filed --client-secret-file=filed.secret")).toBe(
      "filed\n",
    );
    await output("clients rotate filed --out=filed.secret");
    expect(readFileSync(file, "utf8")).not.toBe(first);
    await output(asFiled);
    writeFileSync(file, first);
    expect((await failure(asFiled)).exit).toBe(3);
    expect((await failure("clients add again --out=filed.secret")).exit).toBe(6);
    expect((await failure("clients get again")).exit).toBe(5);
  });

  test("is not made when there is no place for it", async () => {
    expect((await failure("clients add lost --out=none/lost.secret")).exit).toBe(1);
    expect((await failure("clients get lost")).exit).toBe(5);
    expect((await failure("clients add filed --out=twice.secret")).exit).toBe(6);
    expect(existsSync(join(dir, "twice.secret"))).toBe(false);
  });
});

test.each([
  ["keys create alice db1 postgres --ttl=1h", "only a client can do this"],
  ["keys add alice db1 postgres x --ttl=1h", "only a client can do this"],
  ["reservations create 7", "only a client can do this"],
  ["keys create alice db1 postgres", "--ttl is required"],
  ["mfa add alice", "--ttl is required"],
  ["mfa add alice --ttl=soon", '--ttl: "soon" is not a duration'],
  ["mfa add alice --ttl=90s", '--ttl: "90s" is not a number of whole minutes'],
  ["keys update 7 --uses=lots", '--uses: "lots" is neither a whole number nor unlimited'],
  ["keys update 7", "nothing to change"],
  ["clients update ci", "nothing to change"],
  ["tenants update default", "nothing to change"],
  ["mfa update alice", "nothing to change"],
  ["clients update ci --enabled=maybe", '--enabled: expected one of yes, no, not "maybe"'],
  ["clients get ..", '".." is not a name'],
  ["clients get ", "CLIENT is empty"],
  ["user-hosts get list", '"list" is not a number'],
  ["delegations get list", '"list" is not a number'],
  ["hosts get list", '"list" is not a number'],
])("tctl tms %s: %s", async (line, message) => {
  expect(await failure(line)).toEqual({ exit: 2, message });
});
