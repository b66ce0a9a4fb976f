import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Profiles } from "../../cli/profile.ts";
import { rememberHosts } from "../../cli/tsh/nodes/host-cache.ts";
import { golden } from "../kit/golden.ts";
import { writeLogin } from "../kit/login.ts";
import { run, runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

const PAST = new Date("2021-01-01T00:00:00Z");

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
}

describe("the files of a login", () => {
  test("are where Teleport's users know them, and only their owner reads them", async () => {
    const dir = join(tempDir(), "tsh");
    await writeLogin(dir);
    expect(files(dir)).toEqual([
      "current-profile",
      "keys",
      "keys/proxy.example.com",
      "keys/proxy.example.com/alice",
      "keys/proxy.example.com/alice-ssh",
      "keys/proxy.example.com/alice-ssh/example-cert.pub",
      "keys/proxy.example.com/alice.pub",
      "known_hosts",
      "proxy.example.com.yaml",
    ]);
    for (const file of ["", ...files(dir)]) {
      const stat = statSync(join(dir, file));
      expect([file, stat.mode & 0o777]).toEqual([file, stat.isDirectory() ? 0o700 : 0o600]);
    }
  });

  test("are read by OpenSSH", async () => {
    const dir = tempDir();
    await writeLogin(dir);
    const key = join(dir, "keys/proxy.example.com/alice");
    const shown = await runProgram([
      "ssh-keygen",
      "-L",
      "-f",
      join(dir, "keys/proxy.example.com/alice-ssh/example-cert.pub"),
    ]);
    expect(shown.stdout).toContain('Key ID: "alice"');
    const derived = await runProgram(["ssh-keygen", "-y", "-f", key]);
    expect(readFileSync(`${key}.pub`, "utf8")).toStartWith(derived.stdout.trim().split(" ").slice(0, 2).join(" "));
  });

  test("a second cluster's authority stands beside the first, a renewed one in its place", async () => {
    const dir = tempDir();
    await writeLogin(dir, { cluster: "one" });
    await writeLogin(dir, { cluster: "two", proxy: "two.example.com" });
    await writeLogin(dir, { cluster: "one" });
    const profiles = new Profiles(dir);
    expect(readFileSync(join(dir, "known_hosts"), "utf8").trim().split("\n")).toHaveLength(2);
    expect(await profiles.authorities("one")).toHaveLength(1);
    expect(await profiles.authorities("two")).toHaveLength(1);
    expect(await profiles.authorities("o")).toHaveLength(0);
  });

  test("another cluster of the same name does not take the trust of the first", async () => {
    const dir = tempDir();
    await writeLogin(dir, { cluster: "prod", proxy: "ours.example.com" });
    const before = [readFileSync(join(dir, "known_hosts"), "utf8"), files(dir)];
    const theirs = writeLogin(dir, { cluster: "prod", proxy: "theirs.example.net" });
    await expect(theirs).rejects.toMatchObject({
      code: "conflict",
      message: 'ours.example.com belongs to another cluster with the name "prod"',
    });
    expect([readFileSync(join(dir, "known_hosts"), "utf8"), files(dir)]).toEqual(before);

    const profiles = new Profiles(dir);
    const ours = await profiles.read("ours.example.com");
    if (ours !== undefined) profiles.remove(ours.proxy);
    await writeLogin(dir, { cluster: "prod", proxy: "theirs.example.net" });
    expect(await profiles.authorities("prod")).toHaveLength(1);
  });

  test("what shells complete are names, and never what they would run", async () => {
    const dir = tempDir();
    await writeLogin(dir);
    const profiles = new Profiles(dir);
    const profile = await profiles.read("proxy.example.com");
    if (profile === undefined) throw new Error("no profile");
    rememberHosts(profiles, profile, ["web-1", "$(touch /tmp/owned)", "`id`", "a b", "db.example.com", "x\ny", "::1"]);
    const file = join(dir, "keys/proxy.example.com/example.hosts");
    expect(readFileSync(file, "utf8")).toBe("web-1\ndb.example.com\n::1\n");
  });

  test("a name that would leave the directory is refused", async () => {
    const profiles = new Profiles(tempDir());
    await expect(profiles.read("../../etc/passwd")).rejects.toThrow('"../../etc/passwd" is not the name of a proxy');
    await expect(writeLogin(tempDir(), { user: "../alice" })).rejects.toThrow('"../alice" is not the name of a user');
    const login = { proxy: "p", web: "p:1", ssh: "p:2", user: "alice", cluster: "../x" };
    expect(() => profiles.certificateFile(login)).toThrow('"../x" is not the name of a cluster');
  });

  test("any YAML will do, and anything else is told apart", async () => {
    const dir = tempDir();
    await writeLogin(dir);
    const file = join(dir, "proxy.example.com.yaml");
    writeFileSync(
      file,
      "# edited\nuser: bob\ncluster: 'example'\nweb_proxy_addr: proxy.example.com:443\nssh_proxy_addr: proxy.example.com:3023\nkube: {a: 1}\n",
    );
    expect(await new Profiles(dir).read("proxy.example.com")).toEqual({
      proxy: "proxy.example.com",
      web: "proxy.example.com:443",
      ssh: "proxy.example.com:3023",
      user: "bob",
      cluster: "example",
    });
    for (const text of [
      "",
      "[]",
      "user: bob\n",
      'user: "bob\n',
      "user: ../bob\ncluster: c\nweb_proxy_addr: a:1\nssh_proxy_addr: a:1\n",
    ]) {
      writeFileSync(file, text);
      await expect(new Profiles(dir).read("proxy.example.com")).rejects.toMatchObject({
        code: expect.stringMatching(/^(failed|bad_request)$/),
      });
    }
  });
});

describe("tsh status", () => {
  test("says who, until when, and what else there is", async () => {
    const dir = tempDir();
    await writeLogin(dir, {
      cluster: "other",
      proxy: "other.example.com",
      user: "bob",
      logins: ["-sallyport-nologin"],
    });
    await writeLogin(dir);
    const env = { SALLYPORT_HOME: dir };
    const [json, text] = await Promise.all([
      run(["tsh", "status", "--format=json"], { env }),
      run(["tsh", "status"], { env }),
    ]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    golden("json/tsh-status.json", json.stdout);
    expect(text.stdout).toMatch(/^> Proxy: +proxy.example.com:3080\n {2}Cluster: +example\n/);
    expect(text.stdout).toMatch(/Valid until: +2099-01-01 12:00:00 \(valid for \d+d/);
    expect((await run(["tsh", "status", "--proxy=other.example.com"], { env })).stdout).toMatch(/^> Proxy: +other/);
  });

  test("without a login the answer is nobody, and the status 3", async () => {
    const ran = await run(["tsh", "status", "-f", "json"], { env: { SALLYPORT_HOME: tempDir() } });
    expect(ran.code).toBe(3);
    golden("json/tsh-status-none.json", ran.stdout);
    golden("json/tsh-status-none.error.json", ran.stderr);
  });

  test("an expired certificate is shown, and the status 3", async () => {
    const dir = tempDir();
    await writeLogin(dir, { expires: PAST });
    const ran = await run(["tsh", "status", "-f", "json"], { env: { TELEPORT_HOME: dir } });
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout).active).toMatchObject({ expired: true, valid_until: "2021-01-01T00:00:00Z" });
    expect(ran.stderr).toContain("the certificate expired");
  });

  test("a damaged certificate is named", async () => {
    const dir = tempDir();
    await writeLogin(dir);
    const file = join(dir, "keys/proxy.example.com/alice-ssh/example-cert.pub");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
    const ran = await run(["tsh", "status"], { env: { SALLYPORT_HOME: dir } });
    expect(ran).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `tsh: error: ${file} is damaged\nhint: log in again: tsh login\n`,
    });
  });
});

describe("tsh logout", () => {
  test("leaves nothing of a login, and everything of the others", async () => {
    const dir = tempDir();
    await writeLogin(dir, { proxy: "other.example.com", cluster: "other" });
    await writeLogin(dir);
    const env = { SALLYPORT_HOME: dir };
    const ran = await run(["tsh", "logout", "--proxy=proxy.example.com", "-f", "json"], { env });
    golden("json/tsh-logout.json", ran.stdout);
    expect(files(dir).filter((file) => file.includes("alice"))).toEqual(
      ["keys/other.example.com/alice", "keys/other.example.com/alice-ssh", "keys/other.example.com/alice.pub"].flatMap(
        (file) => (file.endsWith("-ssh") ? [file, `${file}/other-cert.pub`] : [file]),
      ),
    );
    expect((await run(["tsh", "logout", "--proxy=proxy.example.com"], { env })).code).toBe(3);
    expect(await run(["tsh", "logout"], { env })).toMatchObject({ code: 0 });
    expect(await run(["tsh", "logout"], { env })).toMatchObject({ code: 0, stdout: "You were not logged in.\n" });
    expect(files(dir).filter((file) => file.includes("alice"))).toEqual([]);
  });

  test("forgets users, too, whose place another has taken, and what is damaged", async () => {
    const dir = tempDir();
    const env = { SALLYPORT_HOME: dir };
    await writeLogin(dir);
    await writeLogin(dir, { user: "bob" });
    await writeLogin(dir, { proxy: "other.example.com", cluster: "other" });
    writeFileSync(join(dir, "other.example.com.yaml"), "{[\n");
    const ran = await run(["tsh", "logout"], { env });
    expect(ran).toEqual({
      code: 0,
      stdout:
        "alice is logged out of other.example.com.\nalice is logged out of proxy.example.com.\nbob is logged out of proxy.example.com.\n",
      stderr: "",
    });
    expect(files(dir)).toEqual(["keys", "known_hosts"]);
  });
});

describe("tsh env", () => {
  test("a shell takes it over, and takes it back", async () => {
    const dir = tempDir();
    await writeLogin(dir);
    const env = { SALLYPORT_HOME: dir };
    const given = await run(["tsh", "env"], { env });
    golden("json/tsh-env.json", (await run(["tsh", "env", "-f", "json"], { env })).stdout);
    const back = await run(["tsh", "env", "--unset"], { env });
    const shell = await runProgram([
      "sh",
      "-c",
      `${given.stdout}\necho $SALLYPORT_PROXY $SALLYPORT_CLUSTER\n${back.stdout}\necho "[$SALLYPORT_PROXY$SALLYPORT_CLUSTER]"`,
    ]);
    expect(shell.stdout).toBe("proxy.example.com:3080 example\n[]\n");
  });
});
