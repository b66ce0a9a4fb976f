import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { type Certificate, parseCertificateLine } from "../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { parseIdentity } from "../../core/cert/identity-file.ts";
import { mintCertificate } from "../../core/cert/mint.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import { type Credential, connectSsh } from "../../core/ssh/client.ts";
import type { HostKey } from "../../core/ssh/host-key.ts";
import { writeProxyHeader } from "../../core/ssh/proxy-header.ts";
import { own } from "../kit/account.ts";
import { runProgram } from "../kit/run.ts";
import { until } from "../kit/until.ts";
import { House, type Person } from "./kit.ts";

/** A cluster with a second node, and another cluster that gives itself the same names. */
let house: House;
let twin: House;
let alice: Person;
let mallory: Person;
const ports = () => ({ node: house.port.node, proxy: house.port.proxy, auth: house.port.auth });
const PORTS = ["node", "proxy", "auth"] as const;

beforeAll(async () => {
  [house, twin] = await Promise.all([House.open(), House.open()]);
  await house.cluster.addNode("node-2");
  alice = await house.person("alice", [own.login]);
  mallory = await twin.person("alice", [own.login]);
});
afterAll(() => Promise.all([house?.[Symbol.asyncDispose](), twin?.[Symbol.asyncDispose]()]));

function credentialOf({ dir }: Person): { key: string; certificate: Certificate } {
  const certificate = parseCertificateLine(readFileSync(join(dir, "id-cert.pub"), "utf8").trim());
  return { key: readFileSync(join(dir, "id"), "utf8"), certificate };
}

/** What a machine of the cluster holds, as somebody who has broken into it would find it. */
function stolenFrom(name: string): {
  key: string;
  certificate: Certificate;
} {
  const dir = name === "node-1" ? house.cluster.dataDir : join(house.dir, `data-${name}`);
  return parseIdentity(readFileSync(join(dir, "proc/host"), "utf8"), name);
}

function hostKey({ key, certificate }: ReturnType<typeof stolenFrom>): HostKey {
  return { key: PrivateKey.parse(key), certificate };
}

const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
};

/** What a login comes to: the refusal, or undefined when it is let in. */
async function refusal(
  port: number,
  credential: Credential,
  user = own.login,
  before?: Buffer,
): Promise<Fault | undefined> {
  const socket = await dial(port);
  if (before !== undefined) socket.write(before);
  try {
    (await connectSsh(socket, { user, credential, verifyHost: () => {} })).close();
    return undefined;
  } catch (thrown) {
    return Fault.from(thrown);
  }
}

/** A certificate as the cluster's own would be, by an authority of mallory's making. */
async function selfMade(
  change: Partial<Parameters<typeof mintCertificate>[0]> = {},
): Promise<Credential & { key: string }> {
  const key = PrivateKey.generate();
  const certificate = await mintCertificate(
    {
      type: "user",
      key: key.public,
      serial: 1n,
      keyId: "alice",
      principals: [own.login],
      validAfter: new Date(Date.now() - 60_000),
      validBefore: new Date(Date.now() + 3_600_000),
      extensions: {
        [EXTENSIONS.roles]: '["access","editor"]',
        [EXTENSIONS.traits]: JSON.stringify({ logins: [own.login] }),
        [EXTENSIONS.cluster]: "test",
        "permit-pty": "",
      },
      ...change,
    },
    PrivateKey.generate(),
  );
  return { key: key.toOpenSSH(), certificate };
}

describe.each(PORTS)("the SSH port of %s opens to nobody", (role) => {
  const refused = async (credential: Credential, user?: string) =>
    (await refusal(ports()[role], credential, user))?.message ?? "LET IN";

  test("who has alice's certificate, and not her key", async () => {
    const thief = PrivateKey.generate();
    const { certificate } = credentialOf(alice);
    expect(await refused({ certificate, sign: async (data) => thief.sign(data) })).not.toBe("LET IN");
    // A signature of hers that was made for something else.
    const key = PrivateKey.parse(credentialOf(alice).key);
    expect(await refused({ certificate, sign: async () => key.sign(Buffer.from("something else")) })).not.toBe(
      "LET IN",
    );
    expect(await refused({ certificate, sign: async () => Buffer.from("no signature") })).not.toBe("LET IN");
    expect(await refused({ certificate, sign: async (data) => key.sign(data) })).toBe("LET IN");
  });

  test("whom another cluster of the same name knows by the same name, or nobody knows", async () => {
    expect(await refused(credentialOf(mallory))).toContain("authority");
    expect(await refused(await selfMade())).toContain("authority");
  });

  test("who shows a host's certificate for a user's", async () => {
    const pub = join(alice.dir, "id.pub");
    const out = join(house.dir, `host-${role}`);
    await house.tctl("auth", "sign", `--host=${own.login},alice`, `--pubkey=${pub}`, "-o", out);
    const certificate = parseCertificateLine(readFileSync(`${out}-cert.pub`, "utf8").trim());
    expect(await refused({ key: credentialOf(alice).key, certificate })).not.toBe("LET IN");
  });

  test("who has a bare key, a password, or nothing", async () => {
    const key = join(house.dir, `bare-${role}`);
    writeFileSync(key, credentialOf(alice).key, { mode: 0o600 });
    const words = [
      "-F",
      "none",
      "-i",
      key,
      "-oStrictHostKeyChecking=no",
      "-oUserKnownHostsFile=/dev/null",
      "-oBatchMode=yes",
    ];
    const bare = await runProgram(["ssh", ...words, "-p", String(ports()[role]), `${own.login}@127.0.0.1`, "true"]);
    expect(bare.code).toBe(255);
    expect(bare.stderr).toMatch(/Permission denied/);
    expect(await refused({ password: "correct horse battery" }, "alice")).not.toBe("LET IN");
    expect(await refused({ password: "" }, own.login)).not.toBe("LET IN");
  });
});

describe("a machine that was broken into", () => {
  test("opens no other machine, no proxy, and no route but its own", async () => {
    const stolen = stolenFrom("node-2");
    for (const user of [own.login, "alice", "admin", "-teleport-nologin"])
      for (const port of [house.port.node, house.port.proxy])
        expect(await refusal(port, stolen, user)).toBeInstanceOf(Fault);
    // The API knows it for what it is, whatever it calls itself.
    const as = async (...words: string[]) => {
      const identity = join(house.cluster.dataDir, "..", "data-node-2/proc/host");
      return house.tctl("--auth-server", `127.0.0.1:${house.port.auth}`, "-i", identity, ...words).catch(String);
    };
    for (const words of [
      ["users", "add", "eve"],
      ["users", "ls"],
      ["nodes", "add"],
      ["get", "roles"],
      ["auth", "sign", "--user=alice", "-o", join(house.dir, "x")],
    ])
      expect(await as(...words)).toMatch(/error: /);
  });

  test("cannot speak for a client: only a proxy's word counts, for the machine it is meant for, and now", async () => {
    const uuidOf = (name: string) =>
      readFileSync(
        join(name === "node-1" ? house.cluster.dataDir : join(house.dir, `data-${name}`), "host_uuid"),
        "utf8",
      ).trim();
    const said = { client: "10.9.8.7", to: uuidOf("node-1"), now: new Date() };
    const real = hostKey(stolenFrom("node-1"));
    const node = house.port.node;
    const try_ = async (header: Buffer) =>
      (await refusal(node, credentialOf(alice), own.login, header))?.code ?? "LET IN";

    // The process of node-1 is a proxy, too, so its key makes the one proxy header that is believed.
    expect(await try_(writeProxyHeader(real, said))).toBe("LET IN");
    const event = await until("the login's event", async () => {
      await alice.ssh(["node", "true"]);
      return (await house.audit("session.start")).at(-1);
    });
    expect(event).toMatchObject({ addr_remote: "127.0.0.1" });

    const text = writeProxyHeader(real, said).toString();
    const [head = "", statement = "", signature = "", proof = ""] = text.trim().split(" ");
    const other = Buffer.from(
      JSON.stringify({ client: "127.0.0.1", to: said.to, time: said.now.toISOString() }),
    ).toString("base64");
    const fake = await selfMade({
      type: "host",
      keyId: `${uuidOf("node-1")}.test`,
      principals: [servicePrincipal("proxy", "test")],
      extensions: { [EXTENSIONS.hostRole]: "proxy", [EXTENSIONS.cluster]: "test" },
    });
    const refused = {
      "of a node": writeProxyHeader(hostKey(stolenFrom("node-2")), said),
      "of somebody's own making": writeProxyHeader(hostKey(fake as ReturnType<typeof stolenFrom>), said),
      "meant for another machine": writeProxyHeader(real, { ...said, to: uuidOf("node-2") }),
      "of two minutes ago": writeProxyHeader(real, { ...said, now: new Date(Date.now() - 120_000) }),
      "with another address": Buffer.from(`${head} ${other} ${signature} ${proof}\r\n`),
      "without a signature": Buffer.from(`${head} ${statement}\r\n`),
      "with a user's certificate": Buffer.from(
        `${head} ${statement} ${signature} ${Buffer.from(readFileSync(join(alice.dir, "id-cert.pub"))).toString("base64")}\r\n`,
      ),
      "that never ends": Buffer.from(head + " ".repeat(20_000)),
      twice: Buffer.concat([writeProxyHeader(real, said), writeProxyHeader(real, said)]),
    };
    for (const [what, header] of Object.entries(refused))
      expect([what, await try_(header)]).not.toEqual([what, "LET IN"]);
    expect(await try_(Buffer.alloc(0))).toBe("LET IN");
  });
});

describe("who may only come from one address", () => {
  let bob: Person;
  beforeAll(async () => {
    writeFileSync(
      join(house.dir, "desk.yaml"),
      [
        "kind: role",
        "version: v1",
        "metadata: { name: desk }",
        "spec:",
        "  options: { source_addresses: [127.0.0.2/32] }",
        `  allow: { logins: [${own.login}], node_labels: { '*': '*' } }`,
        "",
      ].join("\n"),
    );
    await house.tctl("create", join(house.dir, "desk.yaml"));
    bob = await house.person("bob", [own.login], ["desk"]);
  });

  test("is let in from there, straight and through the proxy, and from nowhere else", async () => {
    const from = (address: string, way: string) => bob.ssh(["-b", address, "-oLogLevel=INFO", way, "echo $SSH_CLIENT"]);
    // ssh -b does not reach the connection of a ProxyJump; that of a ProxyCommand is ssh's own.
    const through = (address: string) => {
      const jump = `ssh -F ${bob.config} -o LogLevel=INFO -b ${address} -p ${house.port.proxy} %r@proxy -s proxy:%h:%p`;
      return bob.ssh(["-o", `ProxyCommand=${jump}`, "-oLogLevel=INFO", "node-1", "echo $SSH_CLIENT"]);
    };
    expect((await from("127.0.0.2", "node")).stdout).toMatch(/^127\.0\.0\.2 /);
    expect((await through("127.0.0.2")).stdout).toMatch(/^127\.0\.0\.2 /);
    for (const refused of [await from("127.0.0.1", "node"), await through("127.0.0.1"), await through("127.0.0.3")]) {
      expect(refused.code).toBe(255);
      expect(refused.stderr).toContain("may not be used from 127.0.0.");
    }
  });
});

describe("the proxy is no way to what is not SSH", () => {
  const mail = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.write("220 mail.example.com ESMTP\r\n");
        // As mail servers do with clients that say nothing, if sooner.
        setTimeout(() => socket.end("421 4.4.2 mail.example.com: timeout\r\n"), 500);
      },
      data() {},
    },
  });
  afterAll(() => mail.stop(true));
  test.each([
    ["a mail server", () => `127.0.0.1:${mail.port}`],
    ["a port where nobody speaks", () => "127.0.0.1:1"],
    ["no host at all", () => "..:22"],
    ["a path", () => "../../../../etc/passwd:22"],
    ["a file name of the web", () => "127.0.0.1%2f:22"],
    ["a user in the place of a host", () => "root@127.0.0.1:22"],
    ["a word for ssh", () => "-oProxyCommand=x:22"],
  ])("%s", async (_name, target) => {
    const { code, stdout, stderr } = await alice.ssh(["proxy", "-s", `proxy:${target()}`]);
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: /);
  });

  test("and it runs nothing, whatever it is asked for", async () => {
    for (const words of [
      ["proxy", "id"],
      ["-tt", "proxy"],
      ["-s", "proxy", "sftp"],
      ["-N", "-oExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "proxy"],
    ]) {
      const { code, stdout } = await alice.ssh(words);
      expect({ words, code: code !== 0, stdout }).toEqual({ words, code: true, stdout: "" });
    }
  });
});

describe("what strangers say", () => {
  const NAUGHTY = 'root"}\n{"event":"user.login","user":"admin"}\r\n\u001b[31mred\u001b[0m \u202e\u0007';

  test("makes no line of its own in the log or on record, nor moves the reader's cursor", async () => {
    await refusal(house.port.node, await selfMade({ keyId: "eve" }), NAUGHTY);
    await refusal(house.port.proxy, await selfMade({ keyId: "eve" }), NAUGHTY);
    await refusal(house.port.auth, { password: NAUGHTY }, NAUGHTY);
    await alice.ssh(["node", `true '${NAUGHTY}'`]);
    await alice.ssh(["-s", "node", NAUGHTY]);
    await alice.ssh(["proxy", "-s", `proxy:${NAUGHTY}:22`]);
    const socket = await dial(house.port.node);
    socket.end(`SSH-2.0-${NAUGHTY}\r\nSSH-2.0-x\r\n`);
    socket.resume();
    await once(socket, "close");

    await until("the events", async () =>
      (await house.audit("exec")).some(({ command }) => String(command).includes("red")),
    );
    const log = house.cluster.log();
    for (const line of log.split("\n")) expect(() => JSON.parse(line.slice(line.indexOf("{")))).not.toThrow();
    const record = await house.tctl("audit", "search");
    for (const text of [log, record]) expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u0080-\u009f\u202e]/);
    expect((await house.audit("user.login")).filter(({ user }) => user === "admin")).toEqual([]);
    expect(await house.tctl("audit", "verify")).toContain("intact");
  });
});

describe("a crowd", () => {
  test("that stays silent keeps nobody out", async () => {
    const silent: Socket[] = [];
    for (const port of PORTS.map((role) => ports()[role]))
      for (let i = 0; i < 200; i++) {
        const socket = connect({ port, host: "127.0.0.1", localAddress: `127.0.${i % 50}.${10 + (i % 7)}` });
        socket.on("error", () => {});
        silent.push(socket);
      }
    await until(
      "half of them are connected",
      () => silent.filter(({ readyState }) => readyState === "open").length > 100,
    );
    // In the first three seconds a newcomer may be turned away by chance, as by sshd; then the oldest make room.
    for (const way of ["node", "far", "farther"])
      await until(`a login by ${way}`, async () => (await alice.ssh([way, "echo served"])).stdout === "served\n");
    await until("auth answers", () =>
      house.tctl("status").then(
        () => true,
        () => false,
      ),
    );
    for (const socket of silent) socket.destroy();
  });

  test("of wrong passwords slows down those who send them, and nobody else", async () => {
    const login = async (from: string, user: string) => {
      const body = { user, password: "wrong", pub_key: PrivateKey.generate().public.toString() };
      const { stdout } = Bun.spawnSync([
        ...[
          "curl",
          "-sk",
          "--interface",
          from,
          "-o",
          "/dev/null",
          "-w",
          "%{http_code}",
          "-H",
          "content-type: application/json",
        ],
        ...["-d", JSON.stringify(body), `https://127.0.0.1:${house.port.web}/webapi/ssh/certs`],
      ]);
      return stdout.toString();
    };
    const answers: string[] = [];
    for (let i = 0; i < 40; i++) answers.push(await login("127.0.0.9", `user-${i}`));
    // The first five are looked at; how many of the others come in a pause is a matter of how fast they come.
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "401"));
    expect(answers).toContain("429");
    expect(await login("127.0.0.10", "somebody")).toBe("401");
    expect((await alice.ssh(["far", "echo served"])).stdout).toBe("served\n");
  });
});
