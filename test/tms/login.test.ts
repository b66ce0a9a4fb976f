import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, type Fields, type Key, type Tenant, TmsServer } from "../kit/tms-server.ts";
import { isRoot, Machine, NOBODY } from "./machine.ts";

/** Logins by OpenSSH's ssh at an sshd that retrieves every key from TMS, and their revocation. */
if (!isRoot) console.log("not root: logins at an sshd with keycmd are skipped");

let server: TmsServer;
let lab: Tenant;
let portal: Client;
let machine: Machine;
const HOST = "h1";

beforeAll(async () => {
  if (!isRoot) return;
  server = await TmsServer.open();
  lab = await server.tenant("lab");
  portal = await lab.client("portal");
  machine = await Machine.open(server, { host: HOST });
  await lab.user("ada", HOST, machine.login, [portal]);
});
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const makeKey = (more?: Fields) => portal.key("ada", HOST, machine.login, more);
const patch = (key: Key, more: Fields) => portal.do("PATCH", "/pubkeys", key, more);

async function row(key: Key): Promise<Fields> {
  const list = await server.must("GET", "/v1/tms/pubkeys/list", { headers: portal.headers });
  const found = list.rows("pubkeys").find(({ public_key_fingerprint }) => public_key_fingerprint === key.fingerprint);
  if (found === undefined) throw new Error("the key is not listed");
  return found;
}
const left = async (key: Key) => (await row(key))["remaining_uses"];

describe.if(isRoot)("a key of TMS", () => {
  test.each(["ed25519", "ecdsa", "rsa"])(
    "of type %s logs in",
    async (key_type) => {
      const key = await makeKey({ key_type });
      expect(await machine.opens(key)).toBe(true);
      expect(await left(key)).toBe(2_147_483_647);
    },
    300_000,
  );

  test("does not log in to another account or host", async () => {
    await using elsewhere = await Machine.open(server, { host: "h2" });
    const key = await makeKey();
    expect(await elsewhere.opens(key)).toBe(false);
    await lab.link("ada", HOST, "somebody");
    expect(await machine.opens(await portal.key("ada", HOST, "somebody"))).toBe(false);
    expect(await machine.opens(key)).toBe(true);
  });

  test("with a modified key does not log in", async () => {
    const real = await makeKey();
    const other = await makeKey();
    await portal.do("DELETE", "/pubkeys/del", other);
    expect(await machine.opens(other)).toBe(false);
    expect(await machine.opens(real)).toBe(true);
  });
});

describe.if(isRoot)("uses", () => {
  test("are spent one per login, and can be added", async () => {
    const key = await makeKey({ num_uses: 2 });
    for (const after of [1, 0]) {
      expect(await machine.opens(key)).toBe(true);
      expect(await left(key)).toBe(after);
    }
    expect(await machine.opens(key)).toBe(false);
    expect(await left(key)).toBe(0);
    await patch(key, { max_uses: 3 });
    expect(await machine.opens(key)).toBe(true);
    expect(await machine.opens(key)).toBe(false);
  });

  test("are not spent by other offered keys", async () => {
    const spent = await makeKey({ num_uses: 0 });
    const over = await makeKey({ num_uses: 5, ttl_minutes: 0 });
    const removed = await makeKey({ num_uses: 5 });
    await portal.do("DELETE", "/pubkeys/del", removed);
    const key = await makeKey({ num_uses: 2 });
    const after = await makeKey({ num_uses: 2 });
    expect(await machine.opens([spent, over, removed, key, after])).toBe(true);
    expect(await Promise.all([spent, over, key, after].map(left))).toEqual([0, 5, 1, 2]);
  });

  test("by two concurrent logins are two, or one when only one is left", async () => {
    const key = await makeKey({ num_uses: 3 });
    expect(await Promise.all([machine.opens(key), machine.opens(key)])).toEqual([true, true]);
    expect(await left(key)).toBe(1);
    const crowd = await Promise.all([1, 2, 3, 4].map(() => machine.opens(key)));
    expect(crowd.filter((opened) => opened).length).toBe(1);
    expect(await left(key)).toBe(0);
  });

  test("are counted for requests without a connection, as TMS's KeyCmd sends them", async () => {
    const ask = `curl -s --cacert $DIR/ca.pem -H 'content-type: application/json' --data-binary @- ${server.url}/v1/tms/pubkeys/creds/retrieve`;
    const body = `printf '{"user":"%s","user_uid":"%s","host":"${HOST}","public_key_fingerprint":"%s","key_type":"%s"}' "$@"`;
    await using original = await Machine.open(server, {
      script: `${body} | ${ask} | sed -n 's/.*"public_key": *"\\([^"]*\\)".*/\\1/p'`,
    });
    const key = await makeKey({ num_uses: 2 });
    expect(await original.opens(key)).toBe(true);
    expect(await left(key)).toBe(1);
    await patch(key, { ttl_minutes: 0 });
    expect(await original.opens(key)).toBe(false);
  });
});

describe.if(isRoot)("a login is refused, and allowed again", () => {
  let key: Key;
  const upd = (path: string, body: Fields) => () => lab.do("PATCH", `${path}/upd`, body);
  const link = () => ({ tms_user_id: "ada", host: HOST, host_account: machine.login });
  const delegation = { client_id: "portal", client_user_id: "ada" };
  beforeAll(async () => {
    key = await makeKey();
  });

  const CUTS: readonly [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ["without uses left", () => patch(key, { max_uses: 0 }), () => patch(key, { max_uses: 1_000 })],
    ["when the key has expired", () => patch(key, { ttl_minutes: 0 }), () => patch(key, { ttl_minutes: 60 })],
    [
      "when the second factor is disabled",
      upd("/usermfa", { tms_user_id: "ada", enabled: false }),
      upd("/usermfa", { tms_user_id: "ada", enabled: true }),
    ],
    [
      "when the second factor has expired",
      upd("/usermfa", { tms_user_id: "ada", enabled: true, ttl_minutes: 0 }),
      upd("/usermfa", { tms_user_id: "ada", enabled: true, ttl_minutes: 60 }),
    ],
    [
      "when the account's link has expired",
      () => lab.do("PATCH", "/userhosts/upd", { ...link(), ttl_minutes: 0 }),
      () => lab.do("PATCH", "/userhosts/upd", { ...link(), ttl_minutes: 60 }),
    ],
    [
      "when the delegation has expired",
      upd("/delegations", { ...delegation, ttl_minutes: 0 }),
      upd("/delegations", { ...delegation, ttl_minutes: 60 }),
    ],
    [
      "when the client is disabled",
      () => lab.do("PATCH", "/client/upd/portal?enabled=false"),
      () => lab.do("PATCH", "/client/upd/portal?enabled=true"),
    ],
    [
      "when the tenant is disabled",
      upd("/tenants", { enabled: false }),
      () =>
        server.must("PATCH", "/v1/tms/tenants/upd", { headers: server.admin, body: { tenant: "lab", enabled: true } }),
    ],
    [
      "when the tenant requires the host's credential",
      upd("/tenants", { enabled: true, require_host_credential: true }),
      upd("/tenants", { enabled: true, require_host_credential: false }),
    ],
  ];
  test.each(CUTS)("%s", async (_name, cut, restore) => {
    await cut();
    expect(await machine.opens(key)).toBe(false);
    await restore();
    expect(await machine.opens(key)).toBe(true);
  });

  test("a host logs in with its own credential only if the tenant requires one", async () => {
    await using known = await Machine.open(server, { host: HOST, lines: ['credential_file = "$DIR/credential"'] });
    const file = join(known.dir, "credential");
    const hold = (text: string) => {
      writeFileSync(file, `${text}\n`, { mode: 0o400 });
      chownSync(file, NOBODY, NOBODY);
    };
    const credential = async (host: string) => (await lab.do("PATCH", `/hosts/credential/${host}`)).at("credential");
    await lab.do("PATCH", "/tenants/upd", { enabled: true, require_host_credential: true });
    const [own, others] = [await credential(HOST), await credential("h2")];
    const changed = own.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    for (const [kept, opens] of [
      [others, false],
      [changed, false],
      [own, true],
    ] as const) {
      hold(kept);
      expect([kept, await known.opens(key)]).toEqual([kept, opens]);
    }
    await credential(HOST);
    expect(await known.opens(key)).toBe(false);
    await lab.do("PATCH", "/tenants/upd", { enabled: true, require_host_credential: false });
  });
});

describe.if(isRoot)("a re-created record does not restore keys", () => {
  const again: readonly [string, (user: string, client: Client) => Promise<unknown>][] = [
    [
      "the account's link",
      async (user) => {
        const body = { tms_user_id: user, host: HOST, host_account: machine.login };
        await lab.do("DELETE", "/userhosts/del", body);
        return () => lab.link(user, HOST, machine.login);
      },
    ],
    [
      "the delegation",
      async (user, client) => {
        await lab.do("DELETE", "/delegations/del", { client_id: client.id, client_user_id: user });
        return () => lab.delegate(user, client);
      },
    ],
    [
      "the user",
      async (user, client) => {
        await lab.do("DELETE", `/usermfa/del/${user}`);
        return () => lab.user(user, HOST, machine.login, [client]);
      },
    ],
    [
      "the client",
      async (user, client) => {
        await lab.do("DELETE", `/client/del/${client.id}`);
        return async () => lab.delegate(user, await lab.client(client.id));
      },
    ],
  ];
  test.each(again)("%s: former keys are refused, also after it is re-created", async (name, remove) => {
    const user = `user of ${name}`;
    const client = await lab.client(`client of ${name}`);
    await lab.user(user, HOST, machine.login, [client]);
    const key = await client.key(user, HOST, machine.login);
    const reserved = await client.do("POST", "/reservations", key, { ttl_minutes: 60 });
    expect(await machine.opens(key)).toBe(true);
    const restore = (await remove(user, client)) as () => Promise<unknown>;
    expect(await machine.opens(key)).toBe(false);
    await restore();
    expect(await machine.opens(key)).toBe(false);
    expect(reserved.at("resid")).not.toBe("");
  });
});

describe.if(isRoot)("a reservation", () => {
  test("allows logins after uses, expiry and MFA have run out, until it expires", async () => {
    await lab.user("bob", HOST, machine.login, [portal]);
    const key = await portal.key("bob", HOST, machine.login, { num_uses: 1, ttl_minutes: 60 });
    const { body } = await portal.do("POST", "/reservations", key, { ttl_minutes: 60 });
    const second = (more: Fields) => lab.do("PATCH", "/usermfa/upd", { tms_user_id: "bob", enabled: true, ...more });
    expect(await machine.opens(key)).toBe(true);
    expect(await machine.opens(key)).toBe(true);
    await patch(key, { ttl_minutes: 0 });
    await second({ ttl_minutes: 0 });
    expect(await machine.opens(key)).toBe(true);
    // It does not waive a revocation.
    await second({ enabled: false });
    expect(await machine.opens(key)).toBe(false);
    await second({ enabled: true });
    expect(await machine.opens(key)).toBe(true);
    const end = `/v1/tms/reservations/del/${portal.id}/${body["resid"]}`;
    await server.must("DELETE", end, { headers: portal.headers });
    expect(await machine.opens(key)).toBe(false);
  });

  test("that has expired, or is for another key, allows nothing", async () => {
    const [key, other] = [await makeKey({ num_uses: 1 }), await makeKey({ num_uses: 1 })];
    await portal.do("POST", "/reservations", key, { ttl_minutes: 0 });
    await portal.do("POST", "/reservations", other, { ttl_minutes: 60 });
    await patch(key, { max_uses: 0 });
    expect(await machine.opens(key)).toBe(false);
  });
});

describe.if(isRoot)("sshd enforces a key's restrictions", () => {
  test("addresses", async () => {
    const key = await makeKey({ restrictions: { from: ["127.0.0.2/32", "192.0.2.0/24"] } });
    expect(await machine.opens(key, "-b", "127.0.0.2")).toBe(true);
    expect(await machine.opens(key, "-b", "127.0.0.3")).toBe(false);
  });

  test("restrict", async () => {
    const [bound, free] = [await makeKey({ restrictions: { restrict: true } }), await makeKey()];
    const forward = (key: Key) =>
      machine.ssh(key, "-oExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "127.0.0.1", "true");
    expect((await forward(free)).code).toBe(0);
    expect((await forward(bound)).code).toBe(255);
    const terminal = async (key: Key) => (await machine.ssh(key, "-tt", "127.0.0.1", "tty; true")).stdout.trim();
    expect(await terminal(bound)).toMatch(/^(?:not a tty)?$/);
    expect(await terminal(await makeKey({ restrictions: { restrict: true, pty: true } }))).toStartWith("/dev/pts/");
  });

  test("expiry-time in any time zone of sshd", async () => {
    const key = await makeKey({ ttl_minutes: 60, restrictions: { expiry_time: true } });
    const { stdout } = await machine.keycmd(key);
    const end = String((await row(key))["expires_at"]).replace(/[-:T]/g, "");
    expect(stdout).toBe(`expiry-time="${end}" ${key.publicKey}\n`);
    expect(await machine.opens(key)).toBe(true);
  });

  test("but no unknown field becomes an option", async () => {
    const { headers } = portal;
    const ask = (restrictions: unknown) =>
      server.ask("POST", "/v1/tms/pubkeys/creds", {
        headers,
        body: {
          client_user_id: "ada",
          host: HOST,
          host_account: machine.login,
          num_uses: 1,
          ttl_minutes: 1,
          restrictions,
        },
      });
    for (const from of [
      ['1.2.3.4",command="id'],
      ["1.2.3.4\n"],
      ["*"],
      [""],
      [" "],
      ["1.2.3.4,command=id"],
      ["1.2.3.4/33"],
    ])
      expect([from, (await ask({ from })).status]).toEqual([from, 400]);
    for (const unknown of [{ command: "id" }, { "cert-authority": true }, { form: ["192.0.2.1"] }])
      expect([unknown, (await ask(unknown)).status]).toEqual([unknown, 400]);
  });
});

test.if(isRoot)("keycmd logged no secret, and one line per refusal", () => {
  const log = readFileSync(join(machine.dir, "log"), "utf8");
  expect(log).not.toMatch(/PRIVATE KEY|tmsh_/);
  expect(log.length).toBeGreaterThan(0);
});
