import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Context } from "../../../cli/context.ts";
import { withAuth } from "../../../cli/tctl/connect.ts";
import { KIND_NAMES } from "../../../cli/tctl/resources/reference.ts";
import { KINDS } from "../../../core/resource/registry.ts";
import { isRoot } from "../../kit/account.ts";
import { program, runProgram } from "../../kit/run.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { stage, steady } from "./kit.ts";

const NODE = "00000000-0000-4000-8000-00000000000a";

const cluster = stage();
const { tctl, output, json, dir } = cluster;

beforeAll(async () => {
  await cluster.auth.node(NODE, "web1", { env: "prod" });
  await output(["users", "add", "alice", "--logins=alice,root"]);
  await output(["users", "add", "erin", "--roles=editor"]);
  await output(["users", "add", "sam", "--roles=auditor"]);
});

const write = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

/** Status, and the error as a script reads it. */
async function failure(...words: string[]) {
  const { code, stdout, stderr } = await tctl([...words, "--format=json"]);
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint?: string } };
  expect(stdout).toBe("");
  return { exit: code, ...error };
}

describe("what fails says so by its status, and on stderr as JSON", () => {
  test.each([
    ["users update nobody --logins=x", 5, 'there is no user "nobody"'],
    ["users reset nobody", 5, 'there is no user "nobody"'],
    ["users add alice", 6, 'the user "alice" exists already'],
    ["users add bob --roles=boss", 5, 'there is no role "boss"'],
    ["users add a/b", 2, "request: name: expected a user name (letters, digits, . _ @ + -)"],
    ["users add bob --ttl=forever", 2, '--ttl: "forever" is not a duration'],
    ["users add bob --ttl=100h", 2, "request: ttl_seconds: expected number to be <=172800"],
    ["users update alice", 2, "nothing to change"],
    ["get role/none", 5, 'there is no role "none"'],
    ["get cheese", 2, 'KIND[/NAME],…: "cheese" is not KIND or KIND/NAME'],
    ["get role/a/b", 2, 'KIND[/NAME],…: "role/a/b" is not KIND or KIND/NAME'],
    ["tokens add --type=boss", 2, '--type: "boss" is not a role of a machine; there are: node, proxy, app'],
    ["tokens add --type=node --uses=0", 2, '--uses: "0" is not a whole number from 1 on'],
    [
      "tokens add --type=node --value=short",
      2,
      "request: metadata.name: expected a token of 8 to 128 letters, digits, . _ -",
    ],
    ["nodes add --count=2 --token=a-token-of-mine", 2, "--token requires --count=1"],
    ["nodes ls env", 2, 'NAME=VALUE,…: "env" is not a label'],
    ["lock", 2, "no target to lock is given"],
    ["access explain alice nowhere root", 5, 'there is no node "nowhere"'],
    ["access explain nobody web1 root", 5, 'there is no user "nobody"'],
    ["audit search --from=yesterday", 2, '--from: "yesterday" is not a time'],
    ["status --identity=x", 2, "--identity needs --auth-server"],
    ["status --auth-server=x:1", 2, "--auth-server needs --identity"],
    ["status --auth-server=127.0.0.1:1 --identity=/nonexistent", 5, "there is no identity file /nonexistent"],
  ])("tctl %s: %i", async (line, exit, message) => {
    const found = await failure(...line.split(" "));
    expect({ exit: found.exit, message: found.message }).toEqual({ exit, message });
  });

  test("commands that print nothing", async () => {
    for (const [line, exit, words] of [
      ["users rm nobody", 5, 'there is no user "nobody"'],
      ["users unlock nobody", 5, 'there is no user "nobody"'],
      ["tokens rm nothing", 5, "there is no such token"],
      ["locks rm nothing", 5, 'there is no lock "nothing"'],
      ["rm role/none", 5, 'there is no role "none"'],
      ["rm role", 2, "role needs a name"],
      ["rm cert_authority/user", 4, "a cert_authority cannot be removed"],
      ["create /nonexistent.yaml", 1, "/nonexistent.yaml"],
      ["auth sign --user=nobody --out=x", 5, 'there is no user "nobody"'],
      ["auth sign --out=x", 2, "give either --user or --host"],
      ["auth sign --user=a --host=b --out=x", 2, "give either --user or --host"],
      ["edit role/none", 5, 'there is no role "none"'],
    ] as const) {
      const { code, stdout, stderr } = await tctl(line.split(" "), { cwd: dir });
      expect({ line, code, stdout }).toEqual({ line, code: exit, stdout: "" });
      expect(stderr).toContain(words);
    }
  });

  test("a config file that is not there", async () => {
    const { code, stderr } = await tctl(["status", "--config=/nonexistent.yaml"], { env: { SALLYPORT_DATA_DIR: "" } });
    expect(code).toBe(5);
    expect(stderr).toContain("there is no config file /nonexistent.yaml");
  });

  test("an auth that is not there, or not running", async () => {
    const empty = join(dir, "empty");
    mkdirSync(empty);
    const none = await tctl(["status"], { env: { SALLYPORT_DATA_DIR: empty } });
    expect(none.code).toBe(7);
    expect(none.stderr).toContain(`no auth server has run in ${empty}`);
    expect(none.stderr).toContain("--data-dir");

    const stopped = join(dir, "stopped");
    mkdirSync(join(stopped, "proc"), { recursive: true });
    writeFileSync(join(stopped, "proc/admin"), readFileSync(join(dir, "data/proc/admin")));
    writeFileSync(join(stopped, "proc/auth.json"), '{"addr":"127.0.0.1:1","cluster":"test"}');
    const gone = await tctl(["status"], { env: { SALLYPORT_DATA_DIR: stopped } });
    expect(gone.code).toBe(7);
    expect(gone.stderr).toContain("auth at 127.0.0.1:1 does not answer");
  });

  test("a server that is not auth is told nothing", async () => {
    const other = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { open: (s) => void s.end("HTTP/1.1 400\r\n\r\n"), data() {} },
    });
    const { code, stderr } = await tctl([
      "status",
      `--auth-server=127.0.0.1:${other.port}`,
      `--identity=${dir}/data/proc/admin`,
    ]);
    other.stop(true);
    expect(code).toBe(7);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test("tctl knows every kind by name", () => {
  expect<readonly string[]>(KIND_NAMES).toEqual(Object.keys(KINDS));
});

test("a data directory of somebody else's is refused, and it is said who may look", async () => {
  const dir = keptTempDir();
  mkdirSync(join(dir, "proc"), { mode: 0o000 });
  const where = { config: undefined, "data-dir": dir, "auth-server": [], identity: undefined };
  // What root may not do is only what others do.
  if (isRoot) process.seteuid?.(65534);
  try {
    const asked = withAuth(new Context("tctl", {}, () => new Date()), where, async () => undefined);
    expect(await asked.catch((error: unknown) => error)).toMatchObject({
      code: "denied",
      message: `${dir}/proc/auth.json: permission denied`,
      hint: "run tctl as the user that runs auth, or as root",
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

describe("tctl create", () => {
  test.each([
    [
      "an unknown field",
      "kind: role\nmetadata:\n  name: x\nspec:\n  allow:\n    login: [root]\n",
      ":6:5: spec.allow.login: unknown field",
    ],
    [
      "a wrong value",
      "kind: role\nmetadata:\n  name: x\nspec:\n  allow:\n    logins: ['a b']\n",
      ":6:14: spec.allow.logins[0]: expected a Unix login name",
    ],
    [
      "the second document",
      "kind: lock\nmetadata: {name: a}\nspec: {target: {login: root}}\n---\nkind: lock\nmetadata: {name: b}\nspec: {target: {}}\n",
      ":7:",
    ],
    ["no kind", "metadata: {name: x}\n", ":1:1: kind: expected one of user, role, node, token, lock, cert_authority"],
    ["a kind that is none", "kind: cheese\n", ":1:1: kind: expected one of"],
    ["broken YAML", "kind: role\n  spec: [\n", ":1:7:"],
    ["JSON that is cut", '{"kind": "role",', ":1:"],
    ["an empty file", "# nothing\n", "holds no resource"],
  ])("names the place of %s", async (_what, text, place) => {
    const file = write("bad.yaml", text);
    const { code, stderr } = await tctl(["create", file]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}${place.startsWith(":") ? place : ` ${place}`}`);
    const piped = await tctl(["create", "-"], { stdin: text });
    expect(piped.stderr).toContain(`stdin${place.startsWith(":") ? place : ` ${place}`}`);
  });

  test("changes nothing when one of several is wrong", async () => {
    const good = "kind: role\nmetadata: {name: early}\nspec: {}\n";
    expect(
      (
        await tctl([
          "create",
          write("mixed.yaml", `${good}---\nkind: role\nmetadata: {name: late}\nspec: {alow: {}}\n`),
        ])
      ).code,
    ).toBe(2);
    expect((await tctl(["get", "role/early"])).code).toBe(5);
  });

  test("refuses what exists, with status 6, and replaces it by force", async () => {
    const file = write("ops.yaml", "kind: role\nmetadata: {name: ops}\nspec: {allow: {logins: [ops]}}\n");
    expect((await tctl(["create", file])).stderr).toBe("created role/ops\n");
    const again = await tctl(["create", file]);
    expect(again.code).toBe(6);
    expect(again.stderr).toContain('the role "ops" exists already');
    expect((await tctl(["create", "--force", file])).stderr).toBe("replaced role/ops\n");
  });

  test("takes back what get has printed, as YAML and as JSON, unless it was changed meanwhile", async () => {
    for (const format of ["text", "yaml", "json"]) {
      const text = await output(["get", "users,roles,locks", `--format=${format}`]);
      expect((await tctl(["create", "-f", "-"], { stdin: text })).code).toBe(0);
      expect(JSON.parse(await output(["get", "user/alice", "-f", "json"]))).toMatchObject([
        { spec: { traits: { logins: ["alice", "root"] } } },
      ]);
    }
    const old = await output(["get", "role/ops"]);
    await output([
      "create",
      "-f",
      write("ops2.yaml", "kind: role\nmetadata: {name: ops}\nspec: {allow: {logins: [ops2]}}\n"),
    ]);
    const stale = await tctl(["create", "-f", "-"], { stdin: old });
    expect(stale.code).toBe(6);
    expect(stale.stderr).toContain("was changed by somebody else");
  });

  test("takes no listed name of a token for its value", async () => {
    await output(["tokens", "add", "--type=node"]);
    const { code, stderr } = await tctl(["create", "-f", "-"], { stdin: await output(["get", "tokens"]) });
    expect(code).toBe(2);
    expect(stderr).toContain("this is the redacted form of a token, not its value");
  });

  test("writes no facts by hand", async () => {
    const { code, stderr } = await tctl(["create", "-f", "-"], { stdin: await output(["get", "nodes"]) });
    expect(code).toBe(4);
    expect(stderr).toContain("a node cannot be written by hand");
  });
});

test("stdin that does not block, and has nothing yet, is waited for", async () => {
  const script = `
import os, subprocess, sys, time
read, write = os.pipe()
os.set_blocking(read, False)
child = subprocess.Popen(sys.argv[1:], stdin=read)
os.close(read)
for part in ["kind: role\\nmetadata: {name: late}\\n", "spec: {allow: {logins: [www]}}\\n"]:
    time.sleep(0.2)
    os.write(write, part.encode())
os.close(write)
sys.exit(child.wait())`;
  const { code, stderr } = await runProgram(["python3", "-c", script, program("tctl"), "create", "-f", "-"], {
    env: { SALLYPORT_DATA_DIR: join(dir, "data") },
  });
  expect([code, stderr]).toEqual([0, "created role/late\n"]);
});

describe("tctl edit", () => {
  const editor = (name: string, script: string) => {
    const file = write(name, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return { EDITOR: file, TMPDIR: join(dir, "edit") };
  };
  const left = () => readdirSync(join(dir, "edit"));
  beforeAll(async () => {
    mkdirSync(join(dir, "edit"));
    await output(["create", write("web.yaml", "kind: role\nmetadata: {name: web}\nspec: {allow: {logins: [www]}}\n")]);
  });

  test("writes back what the editor changed", async () => {
    const env = editor("ed1", `stat -c %a "$1" >${dir}/mode; sed -i s/www/nginx/ "$1"`);
    expect((await tctl(["edit", "role/web"], { env })).stderr).toBe("changed role/web\n");
    expect(await json("get", "role/web")).toMatchObject([{ spec: { allow: { logins: ["nginx"] } } }]);
    expect(readFileSync(join(dir, "mode"), "utf8")).toBe("600\n");
    expect(left()).toEqual([]);
  });

  test("shows neither revision nor status, and does nothing when nothing was changed", async () => {
    const env = editor("ed2", `cp "$1" ${dir}/shown`);
    expect((await tctl(["edit", "user/alice"], { env })).stderr).toBe("nothing was changed\n");
    expect(readFileSync(join(dir, "shown"), "utf8")).toBe(
      "kind: user\nversion: v1\nmetadata:\n  name: alice\nspec:\n  kind: human\n  roles:\n    - access\n  traits:\n    logins:\n      - alice\n      - root\n",
    );
    expect(left()).toEqual([]);
  });

  test("gives way to who was faster, with status 6, and keeps the text", async () => {
    const faster = write("faster.yaml", "kind: role\nmetadata: {name: web}\nspec: {allow: {logins: [faster]}}\n");
    await output(["create", "-f", faster]);
    const script = `sed -i s/faster/slower/ "$1"; '${join(dir, "tctl")}' create -f ${faster}`;
    write("tctl", `#!/bin/sh\nexec ${process.execPath} ${join(import.meta.dir, "../../../cli/main.ts")} tctl "$@"\n`);
    chmodSync(join(dir, "tctl"), 0o755);
    const { code, stderr } = await tctl(["edit", "role/web"], { env: editor("ed3", script) });
    expect(code).toBe(6);
    const kept = /your text is kept in (\S+)/.exec(stderr)?.[1] ?? "";
    expect(readFileSync(kept, "utf8")).toContain("slower");
    expect(await json("get", "role/web")).toMatchObject([{ spec: { allow: { logins: ["faster"] } } }]);
  });

  test.each([
    ["a mistake is told with its place", `echo 'x: y' >>"$1"`, 2, /role-web\.yaml:\d+:\d+: x: unknown field/],
    ["another name is refused", `sed -i 's/name: web/name: other/' "$1"`, 2, /holds role\/other, not role\/web/],
    ["an editor that fails changes nothing", "exit 3", 1, /ended with status 3; nothing is changed/],
    ["an editor that Control-C ends changes nothing", "kill -INT $PPID $$", 1, /ended by SIGINT; nothing is changed/],
  ])("%s, and the text is kept", async (_what, script, status, words) => {
    const { code, stderr } = await tctl(["edit", "role/web"], { env: editor("ed4", script) });
    expect(code).toBe(status);
    expect(stderr).toMatch(words);
    expect(existsSync(/your text is kept in (\S+)/.exec(stderr)?.[1] ?? "")).toBe(true);
  });

  test("leaves Control-C to the editor, which may go on after it", async () => {
    const before = left();
    const { code, stderr } = await tctl(["edit", "role/web"], {
      env: editor("ed5", `kill -INT $PPID; sed -i s/faster/after/ "$1"`),
    });
    expect([code, stderr]).toEqual([0, "changed role/web\n"]);
    expect(await json("get", "role/web")).toMatchObject([{ spec: { allow: { logins: ["after"] } } }]);
    expect(left()).toEqual(before);
  });

  test("runs the variable as a program with words, by no shell", async () => {
    const touched = join(dir, "touched");
    const { code } = await tctl(["edit", "role/web"], {
      env: { EDITOR: `true; touch ${touched}`, TMPDIR: join(dir, "edit") },
    });
    expect(code).toBe(1);
    expect(existsSync(touched)).toBe(false);
  });
});

describe("tctl auth", () => {
  const keygen = async (...words: string[]) => (await runProgram(["ssh-keygen", ...words])).stdout;

  test("sign for a user: one file that tctl and programs use", async () => {
    const file = join(dir, "erin.identity");
    expect((await tctl(["auth", "sign", "--user=erin", "--ttl=1h", "-o", file])).stderr).toBe(`wrote ${file}\n`);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect(readFileSync(file, "utf8")).toMatch(
      /^-----BEGIN OPENSSH PRIVATE KEY-----[\s\S]+-----END OPENSSH PRIVATE KEY-----\nssh-ed25519-cert-v01@openssh\.com \S+ erin\n@cert-authority \* ssh-ed25519 \S+ \S+\n$/,
    );
    const remote = [`--auth-server=${cluster.address}`, `--identity=${file}`];
    const nowhere = { env: { SALLYPORT_DATA_DIR: join(dir, "empty") } };
    expect(JSON.parse(await output(["users", "ls", "-f", "json", ...remote], nowhere))).toHaveLength(3);
    expect((await tctl(["audit", "search", ...remote], nowhere)).code).toBe(4);
    // In place, as a robot does it.
    await output(["auth", "sign", "--user=erin", "-o", file]);
  });

  test("sign for a user without the rights: refused by their roles", async () => {
    const file = join(dir, "sam.identity");
    await output(["auth", "sign", "--user=sam", "-o", file]);
    const remote = [`--auth-server=${cluster.address}`, `--identity=${file}`];
    const { code, stderr } = await tctl(["users", "ls", ...remote]);
    expect(code).toBe(4);
    expect(stderr).toContain("access denied: none of your roles may list user resources");
    expect(JSON.parse(await output(["audit", "verify", "-f", "json", ...remote]))).toMatchObject({ ok: true });
    expect(
      (
        await tctl([
          "tokens",
          "ls",
          "--with-secrets",
          `--auth-server=${cluster.address}`,
          `--identity=${join(dir, "erin.identity")}`,
        ])
      ).code,
    ).toBe(4);
  });

  test("sign in OpenSSH's format, and an existing key", async () => {
    const out = join(dir, "ci");
    await output(["auth", "sign", "--user=alice", "--format=openssh", "-o", out]);
    expect(await keygen("-L", "-f", `${out}-cert.pub`)).toMatch(
      /user certificate[\s\S]*Key ID: "alice"[\s\S]*Principals: \n\s+alice\n\s+root/,
    );
    expect(await keygen("-y", "-f", out)).toContain(readFileSync(`${out}.pub`, "utf8").split(" ")[1] ?? "?");
    const again = await tctl(["auth", "sign", "--user=alice", "--format=openssh", "-o", out]);
    expect(again.code).toBe(6);
    expect(again.stderr).toContain(`${out} exists already`);
    const { stderr } = await tctl(["auth", "sign", "--user=alice", `--pubkey=${out}.pub`, "--ttl=30m", "-o", out]);
    expect(stderr).toBe(`wrote ${out}-cert.pub\n`);
  });

  test("sign for a host that runs its own sshd", async () => {
    const out = join(dir, "db1");
    await output(["auth", "sign", "--host=db1,db1.example.com,10.0.0.9", "-o", out]);
    expect(await keygen("-L", "-f", `${out}-cert.pub`)).toMatch(
      /host certificate[\s\S]*Principals: \n\s+db1\n\s+db1\.example\.com\n\s+10\.0\.0\.9/,
    );
    expect((await tctl(["auth", "sign", "--host=a*", "-o", join(dir, "star")])).code).toBe(2);
    expect(
      (await tctl(["auth", "sign", "--host=db2", `--pubkey=${join(dir, "db1")}`, "-o", join(dir, "db2")])).stderr,
    ).toContain("is not a public key");
  });

  test("export: what authorized_keys, known_hosts and TrustedUserCAKeys take", async () => {
    expect(steady(await output(["auth", "export"]))).toBe(
      "@cert-authority * ssh-ed25519 <base64> clustername=test&type=host\ncert-authority ssh-ed25519 <base64> clustername=test&type=user\n",
    );
    const user = await output(["auth", "export", "--type=user"]);
    const file = write("trusted.pub", user.replace(/^cert-authority /, ""));
    expect(await keygen("-l", "-f", file)).toContain("(ED25519)");
    const fingerprint = (await output(["auth", "export", "--type=user", "--fingerprint"])).trim();
    expect(`user ${(await keygen("-l", "-f", file)).split(" ")[1]}`).toBe(fingerprint);
    const known = write("known_hosts", await output(["auth", "export", "--type=host"]));
    expect(await keygen("-F", "anything.example.com", "-f", known)).toContain("CA");
  });
});

test("the data directory of a configuration is where the daemon takes it: beside the file", async () => {
  const file = write("here.yaml", "sallyport:\n  data_dir: data\n");
  const elsewhere = { cwd: "/", env: { SALLYPORT_DATA_DIR: "" } };
  expect(await output(["status", `--config=${file}`, "--format=json"], elsewhere)).toContain('"cluster": "test"');
});
