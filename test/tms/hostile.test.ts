import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { readOpenSSH } from "../../core/cert/openssh-key.ts";
import { runProgram } from "../kit/run.ts";
import {
  type Client,
  type Fields,
  type Headers,
  type Key,
  type Reply,
  type Tenant,
  TmsServer,
} from "../kit/tms-server.ts";
import { isRoot } from "./machine.ts";

/** Attacks by unauthenticated callers, clients, admins of other tenants and other accounts of the machine. */
if (!isRoot) console.log("not root: what another account may do with the operator's socket is not tried");

let server: TmsServer;
let lab: Tenant;
let victim: Client;
let mallory: Client;
let key: Key;

beforeAll(async () => {
  server = await TmsServer.open();
  lab = await server.tenant("lab");
  victim = await lab.client("victim");
  mallory = await lab.client("mallory");
  await lab.user("ada", "h1", "ada1", [victim, mallory]);
  key = await victim.key("ada", "h1", "ada1");
});
afterAll(() => server?.[Symbol.asyncDispose]());

const get = (path: string, headers: Headers = {}) => server.ask("GET", `/v1/tms${path}`, { headers });

/** Sends a request from another address of this machine, by curl. */
async function from(address: string, path: string, headers: Headers, method = "GET"): Promise<number> {
  const headerWords = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const words = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", address, "--cacert", server.caFile];
  const done = await runProgram(["curl", ...words, "-X", method, ...headerWords, `${server.url}/v1/tms${path}`]);
  return Number(done.stdout);
}

async function tls(): Promise<TLSSocket> {
  const socket = connectTls({
    port: server.port,
    host: "127.0.0.1",
    ca: readFileSync(server.caFile),
    servername: "localhost",
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Sends raw bytes, and reads until the server closes the connection. */
async function raw(text: string): Promise<string> {
  const socket = await tls();
  socket.write(text);
  return received(socket);
}

async function received(socket: NodeJS.ReadableStream & { destroy(): unknown }): Promise<string> {
  let got = "";
  socket.on("data", (chunk: Buffer) => {
    got += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.once("end", resolve).once("close", resolve);
    setTimeout(resolve, 30_000).unref();
  });
  socket.destroy();
  return got;
}

/** Requires that a response discloses no internals. */
const discreet = (reply: { status: number; text: string }) => {
  expect(reply.status).toBeLessThan(500);
  expect(reply.text).not.toMatch(/\n\s+at |\.ts:\d|node_modules|bunfs|sqlite|\/var\/|\/tmp\/|Error:/);
};

describe("a client whose id is a query, a pattern, a path or similar to another's", () => {
  const NAMES = [
    "x' OR '1'='1",
    "x'; DROP TABLE clients; --",
    "x' UNION SELECT client_secret FROM clients --",
    "%",
    "_ictim",
    "*",
    "victim*",
    "victim/",
    "victim/..",
    "../victim",
    "...",
    "%2e%2e",
    "victim%2F",
    "%76ictim",
    "victim ",
    " victim",
    "VICTIM",
    "vict\u0131m",
    "victim\u200b",
    "{client_id}",
    "__proto__",
    "constructor",
    "toString",
    "null",
    "undefined",
    "0",
    "list",
  ];
  test.each(NAMES)("%s sees only itself", async (name) => {
    const made = await lab.do("POST", "/client", { client_id: name, app_name: name, app_version: "1" });
    const headers = { ...victim.headers, "X-TMS-CLIENT-ID": name, "X-TMS-CLIENT-SECRET": made.at("client_secret") };
    const ascii = /^[\x20-\x7e]*$/.test(name) && name.trim() === name;
    if (!ascii) {
      // A header cannot carry this id, so it cannot authenticate.
      const there = await get(`/client/${encodeURIComponent(name)}`, lab.admin);
      return expect(there.body["client_id"]).toBe(name);
    }
    const mine = await get("/client/list", headers);
    expect(mine.rows("clients").map(({ client_id }) => client_id)).toEqual([name]);
    expect((await get("/pubkeys/list", headers)).body).toMatchObject({ num_pubkeys: 0, pubkeys: [] });
    expect((await get("/reservations/list", headers)).body).toMatchObject({ num_reservations: 0 });
    expect((await get("/client/victim", headers)).status).toBe(403);
    expect((await get("/client/%76ictim", headers)).status).toBe(403);
    const own = name === "list" ? undefined : await get(`/client/${encodeURIComponent(name)}`, headers);
    if (own !== undefined) expect(own.body["client_id"]).toBe(name);
  });

  test("cannot have an id by which it could not be deleted", async () => {
    for (const name of [".", ".."]) {
      const asked = [
        server.ask("POST", "/v1/tms/client", {
          body: { client_id: name, tenant: "lab", app_name: "dots", app_version: "1" },
        }),
        server.ask("POST", "/v1/tms/usermfa", {
          headers: lab.admin,
          body: { tenant: "lab", tms_user_id: name, ttl_minutes: 1 },
        }),
      ];
      for (const { status, text } of await Promise.all(asked)) expect([name, status, text]).toEqual([name, 400, text]);
    }
  });

  test("is listed to the admin once, and other records are unchanged", async () => {
    const rows = (await get("/client/list", lab.admin)).rows("clients").map(({ client_id }) => client_id);
    expect(rows.sort()).toEqual([...NAMES, "victim", "mallory"].sort());
    expect((await get("/client/victim", victim.headers)).status).toBe(200);
  });

  test("names of users, hosts and accounts do not collide", async () => {
    const parts: readonly [string, string, string][] = [
      ["a/b", "c", "d"],
      ["a", "b/c", "d"],
      ["a", "b", "c/d"],
      ["a%2Fb", "c", "d"],
      ["...", "...", "..."],
    ];
    for (const [user, host, account] of parts) {
      await lab.do("POST", "/usermfa", { tms_user_id: user, ttl_minutes: 60 }).catch((error) => {
        if (!String(error).includes("409")) throw error;
      });
      await lab.link(user, host, account);
    }
    const rows = (await get("/userhosts/list", lab.admin)).rows("users");
    const found = rows.map(({ tms_user_id, host, host_account }) => [tms_user_id, host, host_account].map(String));
    for (const one of parts) expect(found).toContainEqual([...one]);
    for (const [user] of parts) await lab.do("DELETE", `/usermfa/del/${encodeURIComponent(user)}`);
  });
});

describe("a client", () => {
  test("cannot read another's reservation by its id", async () => {
    const { body } = await victim.do("POST", "/reservations", key, { ttl_minutes: 60 });
    const resid = String(body["resid"]);
    expect((await get(`/reservations/mallory/${resid}`, mallory.headers)).status).toBe(404);
    expect((await get(`/reservations/victim/${resid}`, mallory.headers)).status).toBe(403);
    const end = (path: string) =>
      server.ask("DELETE", `/v1/tms/reservations/del/${path}`, { headers: mallory.headers });
    for (const related of ["", "related/"]) {
      expect((await end(`${related}victim/${resid}`)).status).toBe(403);
      expect((await end(`${related}mallory/${resid}`)).body).toMatchObject({ num_deleted: 0 });
    }
    const extend = { client_user_id: "ada", host: "h1", public_key_fingerprint: key.fingerprint, parent_resid: resid };
    const extended = await server.ask("POST", "/v1/tms/reservations/extend", {
      headers: mallory.headers,
      body: extend,
    });
    expect(extended.status).toBe(404);
    expect((await get(`/reservations/victim/${resid}`, victim.headers)).status).toBe(200);
  });

  test("cannot change another's key", async () => {
    const named = { client_id: "victim", tenant: "lab", host: "h1", public_key_fingerprint: key.fingerprint };
    const ask = (method: string, path: string, body: Fields) =>
      server.ask(method, `/v1/tms${path}`, { headers: mallory.headers, body });
    for (const client_id of ["victim", "mallory"]) {
      const body = { ...named, client_id };
      const patched = await ask("PATCH", "/pubkeys", { ...body, max_uses: 0 });
      expect(patched.status).toBe(client_id === "victim" ? 403 : 404);
      const removed = await ask("DELETE", "/pubkeys/del", body);
      expect([removed.status, removed.body["num_deleted"]]).toEqual(
        client_id === "victim" ? [403, undefined] : [200, 0],
      );
    }
    const reserve = { client_user_id: "ada", host: "h1", public_key_fingerprint: key.fingerprint, ttl_minutes: 60 };
    expect((await ask("POST", "/reservations", reserve)).status).toBe(404);
    const [row] = (await get("/pubkeys/list", victim.headers)).rows("pubkeys");
    expect((await get(`/pubkeys/id/${row?.["id"]}`, mallory.headers)).status).toBe(404);
    expect((await server.retrieve(key)).status).toBe(200);
  });

  test("cannot import another's public key, or an invalid one", async () => {
    const bring = (public_key: string) =>
      server.ask("POST", "/v1/tms/pubkeys", {
        headers: mallory.headers,
        body: { client_user_id: "ada", host: "h1", host_account: "ada1", num_uses: -1, ttl_minutes: -1, public_key },
      });
    expect((await bring(key.publicKey)).status).toBe(409);
    const [type = "", blob = ""] = key.publicKey.split(" ");
    for (const bad of [
      "",
      blob,
      `${type} ${blob.slice(0, -8)}`,
      `ssh-rsa ${blob}`,
      `${type} ${blob}\n${type} ${blob}`,
      `command="id" ${type} ${blob}`,
      `${type} ${blob}\ncommand="id" ${type} ${blob}`,
      `cert-authority ${type} ${blob}`,
      `${type} ${"A".repeat(60_000)}`,
      "ssh-dss AAAAB3NzaC1kc3MAAAAA",
    ]) {
      const reply = await bring(bad);
      expect([bad.slice(0, 60), reply.status]).toEqual([bad.slice(0, 60), 400]);
      discreet(reply);
    }
    expect((await get("/pubkeys/list", mallory.headers)).body["num_pubkeys"]).toBe(0);
  });

  test("can do nothing while disabled, and has no more rights when enabled again", async () => {
    const client = await lab.client("disabled");
    await lab.delegate("ada", client);
    const own = await client.key("ada", "h1", "ada1");
    await lab.do("PATCH", "/client/upd/disabled?enabled=false");
    const calls: readonly [string, string, Fields?][] = [
      ["GET", "/client/disabled"],
      ["GET", "/client/list"],
      ["GET", "/pubkeys/list"],
      ["PATCH", "/client/upd/disabled?enabled=true"],
      ["PATCH", "/client/secret/disabled"],
      ["DELETE", "/client/del/disabled"],
      [
        "POST",
        "/pubkeys/creds",
        { client_user_id: "ada", host: "h1", host_account: "ada1", num_uses: 1, ttl_minutes: 1 },
      ],
    ];
    for (const [method, path, body] of calls) {
      const reply = await server.ask(method, `/v1/tms${path}`, { headers: client.headers, ...(body && { body }) });
      expect([method, path, reply.status]).toEqual([method, path, 401]);
    }
    expect((await server.retrieve(own)).status).toBe(403);
    await lab.do("PATCH", "/client/upd/disabled?enabled=true");
    expect((await server.retrieve(own)).status).toBe(200);
  });
});

describe("an admin of another tenant", () => {
  let other: Tenant;
  beforeAll(async () => {
    other = await server.tenant("other");
    await other.client("victim");
    await other.do("POST", "/usermfa", { tms_user_id: "ada", ttl_minutes: 60 });
  });

  test("can neither read nor change this tenant, by name or by id", async () => {
    const rows = await Promise.all([
      get("/pubkeys/list", lab.admin).then((reply) => ["/pubkeys/id", reply.rows("pubkeys")] as const),
      get("/userhosts/list", lab.admin).then((reply) => ["/userhosts", reply.rows("users")] as const),
      get("/delegations/list", lab.admin).then((reply) => ["/delegations", reply.rows("users")] as const),
    ]);
    for (const [path, [row]] of rows) {
      expect((await get(`${path}/${row?.["id"]}`, lab.admin)).status).toBe(200);
      expect((await get(`${path}/${row?.["id"]}`, other.admin)).status).toBe(404);
    }
    for (const path of ["/pubkeys/list", "/userhosts/list", "/delegations/list"])
      expect(Object.values((await get(path, other.admin)).body)).toContainEqual([]);
    const named = { client_id: "victim", host: "h1", public_key_fingerprint: key.fingerprint };
    await expect(other.do("PATCH", "/pubkeys", { ...named, max_uses: 0 })).rejects.toThrow("404");
    expect((await other.do("DELETE", "/pubkeys/del", named)).body["num_deleted"]).toBe(0);
    expect((await server.retrieve(key)).status).toBe(200);
  });

  test("is refused under another tenant's name, and with two tenant headers", async () => {
    const headers = (names: string) => ({ ...other.admin, "X-TMS-TENANT": names });
    for (const names of ["lab", "lab, other", "other, lab", "lab\tother", "other/../lab", "LAB"])
      expect([names, (await get("/pubkeys/list", headers(names))).status >= 400]).toEqual([names, true]);
  });

  test("cannot delete this tenant or `default`", async () => {
    for (const name of ["lab", "default"])
      for (const way of ["del", "wipe"]) {
        const reply = await server.ask("DELETE", `/v1/tms/tenants/${way}/${name}`, { headers: other.admin });
        expect([name, way, reply.status]).toEqual([name, way, 403]);
      }
    expect((await get("/tenants/lab")).body).toMatchObject({ enabled: true });
  });
});

describe("a caller that guesses secrets", () => {
  test("is locked out for its id and address, also with the right secret; others are not", async () => {
    const target = await lab.client("target");
    const wrong = { ...target.headers, "X-TMS-CLIENT-SECRET": "0".repeat(48) };
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push(await from("127.0.0.7", "/client/target", wrong));
    expect(statuses.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    expect(await from("127.0.0.7", "/client/target", target.headers)).toBe(429);
    const lies = { "X-Forwarded-For": "127.0.0.8", "X-Real-IP": "127.0.0.8", Forwarded: "for=127.0.0.8" };
    expect(await from("127.0.0.7", "/client/target", { ...target.headers, ...lies })).toBe(429);
    expect(await from("127.0.0.8", "/client/target", target.headers)).toBe(200);
    expect(await from("127.0.0.7", "/client/victim", victim.headers)).toBe(200);
    const { body } = await server.operator("GET", "/v1/tms/events?event=tms.locked&limit=10");
    expect(body["events"]).toContainEqual(expect.objectContaining({ event: "tms.locked", addr_remote: "127.0.0.7" }));
    // A restart does not end the lock.
    await server.stop();
    await server.start();
    expect(await from("127.0.0.7", "/client/target", target.headers)).toBe(429);
    expect(await from("127.0.0.8", "/client/target", target.headers)).toBe(200);
  });

  test("cannot distinguish an unknown id, a wrong secret and a missing secret", async () => {
    const ask = async (id: string | undefined, secret: string | undefined) => {
      const headers = {
        "X-TMS-TENANT": "lab",
        ...(id !== undefined && { "X-TMS-CLIENT-ID": id }),
        ...(secret !== undefined && { "X-TMS-CLIENT-SECRET": secret }),
      };
      const reply = await get("/client/list", headers);
      return { status: reply.status, text: reply.text, headers: [...reply.headers.keys()].sort() };
    };
    const right = victim.headers["X-TMS-CLIENT-SECRET"] ?? "";
    const answers = [
      await ask("victim", "0".repeat(48)),
      await ask("nobody-here", "0".repeat(48)),
      await ask("victim", ""),
      await ask("victim", right.slice(1)),
      await ask("victim", `${right}0`),
      await ask("victim", right.toUpperCase()),
      await ask("nobody-here", right),
      await ask("mallory", right),
    ];
    for (const answer of answers) expect(answer).toEqual(answers[0] as typeof answer);
    expect(answers[0]?.status).toBe(401);
    expect((await ask("victim", undefined)).status).toBe(401);
    expect((await ask(undefined, right)).status).toBe(401);
  });
});

describe("a name with control characters", () => {
  const NAUGHTY = [
    'x"}\n{"event":"tms.key.create","user":"@admin"}',
    "x\r\nSet-Cookie: a=b",
    "\u001b[31mred\u001b[0m",
    "\0",
    "x\u0007",
    "\u202etxt.exe",
    "\u2028",
    "\u0085",
    "\u007f",
    "",
    "x".repeat(256),
    "\ud800",
  ];
  test("is refused, and forges no line of the log or of the audit log", async () => {
    const ask = (path: string, body: Fields, headers = lab.admin) =>
      server.ask("POST", `/v1/tms${path}`, { headers, body: { tenant: "lab", ...body } });
    const about = { host: "h1", host_account: "ada1" };
    for (const name of NAUGHTY) {
      const asked = [
        ask("/client", { client_id: name, app_name: "a", app_version: "1" }),
        ask("/client", { client_id: "a", app_name: name, app_version: "1" }),
        ask("/client", { client_id: "a", app_name: "a", app_version: name }),
        ask("/usermfa", { tms_user_id: name, ttl_minutes: 1 }),
        ask("/userhosts", { tms_user_id: "ada", ...about, host: name, ttl_minutes: 1 }),
        ask("/userhosts", { tms_user_id: "ada", ...about, host_account: name, ttl_minutes: 1 }),
        ask("/hosts", { host: name, addr: "1.2.3.4" }),
        ask("/hosts", { host: "h", addr: name }),
        ask("/pubkeys/creds", { client_user_id: name, ...about, num_uses: 1, ttl_minutes: 1 }, victim.headers),
        ask("/admins", { admin_id: `~~${name}` }),
        server.ask("POST", `/v1/tms/tenants/${name.isWellFormed() ? encodeURIComponent(name) : "%ED%A0%80"}`, {
          headers: server.admin,
        }),
      ];
      for (const reply of await Promise.all(asked)) {
        discreet(reply);
        // An empty name in a path is another path, and the shortest admin id is `~~`.
        if (name !== "") expect([name, reply.text, reply.status]).toEqual([name, reply.text, 400]);
        expect(reply.text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f]/);
      }
      const retrieved = [
        { user: name },
        { host: name },
        { public_key_fingerprint: name },
        { user_uid: name },
        { key_type: name },
      ];
      for (const more of retrieved) discreet(await server.retrieve(key, more));
      const inPath = name.isWellFormed() ? encodeURIComponent(name) : "%ED%A0%80";
      for (const path of [`/client/${inPath}`, `/usermfa/${inPath}`, `/${inPath}`, `/reservations/${inPath}/${inPath}`])
        discreet(await get(path, lab.admin));
    }
    for (const header of ["X-TMS-TENANT", "X-TMS-CLIENT-ID", "X-TMS-CLIENT-SECRET", "User-Agent", "Host"])
      await raw(
        `GET /v1/tms/client/list HTTP/1.1\r\nX-TMS-TENANT: lab\r\n${header}: a\x1b[2Jb\x7f\x00\r\nConnection: close\r\n\r\n`,
      );

    for (const line of server.log().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
    expect(server.log()).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u0080-\u009f\u202e\u2028]/);
    const events = await server.operator("GET", "/v1/tms/events?limit=1000");
    expect(events.text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u0080-\u009f\u202e\u2028]|\\u(00[01][0-9a-f]|202e|2028)/);
    expect((await server.operator("GET", "/v1/tms/events/verify")).body).toMatchObject({ ok: true });
  });
});

describe("the listener", () => {
  const PATHS = [
    "//v1/tms/pubkeys/list",
    "/v1//tms/pubkeys/list",
    "/v1/tms/./pubkeys/list",
    "/v1/tms/hello/../pubkeys/list",
    "/v1/tms/hello/..;/pubkeys/list",
    "/v1/tms/hello%2f..%2fpubkeys/list",
    "/v1/tms/%70ubkeys/list",
    "/v1/tms/pubkeys/list/",
    "/v1/tms/pubkeys/list;x=1",
    "/v1/tms/pubkeys/list%00",
    "/V1/TMS/PUBKEYS/LIST",
    "/v1/tms/pubkeys\\list",
    "/spec/../v1/tms/pubkeys/list",
  ];
  test.each(PATHS)("%s does not bypass authentication", async (path) => {
    for (const more of ["", "X-TMS-TENANT: lab\r\n", "X-HTTP-Method-Override: GET\r\nX-TMS-TENANT: lab\r\n"]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain("SHA256:");
    }
  });

  test("requests for the operator are refused over the network, whatever the credentials", async () => {
    const lies = { "X-TMS-OPERATOR": "true", operator: "true", "X-Forwarded-For": "127.0.0.1", Host: "tms" };
    for (const path of ["/events", "/events/verify"])
      for (const headers of [{}, lies, lab.admin, server.admin, victim.headers, { ...server.admin, ...lies }])
        expect([401, 403, 404]).toContain((await get(path, headers)).status);
  });

  test("serves no file of the machine", async () => {
    for (const path of [
      "/docs/../../../../etc/passwd",
      "/docs/..%2f..%2fetc%2fpasswd",
      "/docs/%2e%2e%2fpackage.json",
      "/docs//etc/passwd",
      "/.env",
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain("root:");
    }
  });

  test.if(isRoot)("the operator's socket accepts its own account only", async () => {
    const socket = join(server.dataDir, "proc/tms.sock");
    expect(statSync(join(server.dataDir, "proc")).mode & 0o077).toBe(0);
    const words = [
      "curl",
      "-s",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      "--unix-socket",
      socket,
      "http://tms/v1/tms/events",
    ];
    const asked = await runProgram(words);
    expect(asked.stdout).toBe("200");
    const nobody = await runProgram(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...words]);
    expect([nobody.code, nobody.stdout]).toEqual([7, "000"]);
  });

  test("accepts TLS 1.2 and 1.3 only", async () => {
    const plain = connect(server.port, "127.0.0.1");
    plain.write("GET /v1/tms/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(await received(plain)).not.toMatch(/tms_version|200 OK/);
    const handshake = async (version: string) => {
      const words = ["-connect", `127.0.0.1:${server.port}`, version, "-cipher", "ALL:@SECLEVEL=0"];
      return (await runProgram(["openssl", "s_client", ...words], { stdin: "" })).stdout;
    };
    for (const version of ["-tls1", "-tls1_1"]) expect(await handshake(version)).toMatch(/Cipher is \(NONE\)/);
    for (const version of ["-tls1_2", "-tls1_3"]) expect(await handshake(version)).not.toMatch(/Cipher is \(NONE\)/);
  });
});

describe("excessive input", () => {
  const memory = () =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.daemon.pid}/status`, "utf8"))?.[1]) * 1024;
  const MIB = 1024 * 1024;
  const served = async () => expect((await get("/client/victim", victim.headers)).status).toBe(200);

  test("a body of 40 MB, with content-length or chunked, is refused without buffering", async () => {
    const before = memory();
    const big = `{"user":"${"a".repeat(40 * MIB)}"}`;
    const url = "/v1/tms/pubkeys/creds/retrieve";
    const told = await server.ask("POST", url, { body: big }).catch((error: Error) => error);
    // A server may respond and close before it has read the whole body.
    if (!(told instanceof Error)) expect(told.status).toBe(413);
    const words = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", server.caFile, "-X", "POST", "-T", "-"];
    const headers = ["-H", "Transfer-Encoding: chunked", "-H", "Content-Type: application/json", "-H", "Expect:"];
    const curl = ["curl", ...words, ...headers, `${server.url}${url}`];
    const untold = await runProgram(curl, { stdin: big, within: 120_000 });
    expect(untold.stdout).toBe("413");
    expect(memory() - before).toBeLessThan(64 * MIB);
    await served();
  }, 300_000);

  test("deeply nested JSON, duplicate names and names such as __proto__ are harmless", async () => {
    const send = (body: string) => server.ask("POST", "/v1/tms/pubkeys/creds/retrieve", { body });
    for (const body of [
      "[".repeat(60_000),
      `{"user":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
      `{"a":`.repeat(9_000),
      `{${'"user":"x",'.repeat(4_000)}"host":"h"}`,
      '{"__proto__":{"user":"x","host":"h","public_key_fingerprint":"f"}}',
      '{"constructor":{"prototype":{"user":"x"}}}',
      '{"user":"x","host":"h","public_key_fingerprint":1e999}',
      `{"user":"x","host":"h","public_key_fingerprint":${"9".repeat(5_000)}}`,
      "\ufeff{}",
    ]) {
      const reply = await send(body);
      discreet(reply);
      expect(reply.body["result_code"]).toBe(String(reply.status));
    }
    expect((await send('{"user":"ada1","user":"nobody","host":"h1","public_key_fingerprint":"SHA256:x"}')).status).toBe(
      404,
    );
    await served();
  });

  test("endless headers and lines, and invalid methods are refused", async () => {
    const head = "GET /v1/tms/version HTTP/1.1\r\nHost: localhost\r\n";
    for (const text of [
      `${head}${Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${i}\r\n`).join("")}\r\n`,
      `${head}X-A: ${"a".repeat(2 * MIB)}\r\n\r\n`,
      `GET /${"a".repeat(2 * MIB)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `${"A".repeat(MIB)} / HTTP/1.1\r\n\r\n`,
      "\0\0\0\0\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      `POST /v1/tms/client HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}`,
      `POST /v1/tms/client HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}`,
      `POST /v1/tms/client HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/tms/events HTTP/1.1\r\nHost: x\r\n\r\n`,
    ])
      expect(await raw(text)).not.toMatch(/^HTTP\/1\.1 (200|50[0-4])/);
    await served();
  }, 300_000);

  test("many stalled requests do not delay others", async () => {
    const crowd = await Promise.all(Array.from({ length: 100 }, tls));
    for (const [i, socket] of crowd.entries()) {
      socket.on("error", () => {});
      const head = "POST /v1/tms/pubkeys/creds/retrieve HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
      socket.write([head.slice(0, 30), head, `${head}Content-Length: 1000\r\n\r\n{"user":`][i % 3] ?? "");
    }
    for (let i = 0; i < 20; i += 1) await served();
    expect((await server.retrieve(key)).status).toBe(200);
    for (const socket of crowd) socket.destroy();
  });
});

describe("secrets", () => {
  const files = (dir: string): string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test("are neither in the database, its journal, the audit log nor the log", async () => {
    const made: Reply[] = [
      await server.operator("POST", "/v1/tms/admins", { tenant: "lab", admin_id: "~~second" }, lab.admin),
    ];
    const client = await lab.client("keeper");
    await lab.delegate("ada", client);
    made.push(await lab.do("PATCH", "/client/secret/target?grace_minutes=5"));
    made.push(await lab.do("PATCH", "/hosts/credential/h1"));
    const types = ["ed25519", "ecdsa", "rsa"];
    const keys = await Promise.all(types.map((key_type) => client.key("ada", "h1", "ada1", { key_type })));
    const wrong = "5ec2e7".repeat(8);
    await get("/client/keeper", { ...client.headers, "X-TMS-CLIENT-SECRET": wrong });
    await get("/client/keeper", client.headers);

    const secrets = [wrong, client.headers["X-TMS-CLIENT-SECRET"] ?? "", lab.admin["X-TMS-ADMIN-SECRET"] ?? ""];
    for (const { body } of made)
      for (const name of ["client_secret", "admin_secret", "credential"])
        if (name in body) secrets.push(String(body[name]));
    expect(secrets.filter((text) => text.length >= 48).length).toBe(6);
    const needles = secrets.flatMap((text) => {
      const hex = /[0-9a-f]{48}$/.exec(text)?.[0] ?? "";
      return [Buffer.from(hex), Buffer.from(hex, "hex"), Buffer.from(Buffer.from(hex, "hex").toString("base64"))];
    });
    for (const { privateKey } of keys) {
      const { d = "" } = readOpenSSH(privateKey.trim());
      const bytes = Buffer.from(d, "base64url");
      needles.push(
        bytes.subarray(0, 32),
        Buffer.from(bytes.toString("base64").slice(0, 40)),
        Buffer.from(bytes.toString("hex").slice(0, 48)),
      );
    }
    needles.push(Buffer.from("OPENSSH PRIVATE KEY"));
    await server.stop();
    const found = files(server.dataDir).filter((file) => {
      const bytes = readFileSync(file);
      return needles.some((needle) => bytes.includes(needle));
    });
    expect(found).toEqual([]);
    for (const needle of needles) expect(server.log()).not.toContain(needle.toString("latin1"));
    expect(
      files(server.dataDir).filter((file) => (statSync(file).mode & 0o077) !== 0 && !file.endsWith("_cert.pem")),
    ).toEqual([]);
    await server.start();
    // The public key is stored, and the key still logs in.
    for (const one of keys) expect((await server.retrieve(one)).body["public_key"]).toBe(one.publicKey);
  }, 300_000);
});
