import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../../../kit/build.ts";
import { golden } from "../../../kit/golden.ts";
import { type FakeLogin, writeLogin } from "../../../kit/login.ts";
import { program, type Ran, run, runProgram } from "../../../kit/run.ts";
import { cleanTemp, tempDir } from "../../../kit/temp.ts";

cleanTemp();

/** A home with a login in its `.tsh`. */
async function homeWith(login: FakeLogin, home = tempDir()): Promise<string> {
  await writeLogin(join(home, ".tsh"), login);
  return home;
}

/** Paths of this run, as in the golden files. */
function neutral(text: string, home: string): string {
  return text.replaceAll(program("tsh"), "/usr/bin/tsh").replaceAll(home, "/home/alice");
}

/** What ssh makes of a host with this configuration. */
async function effective(config: string, home: string, words: readonly string[]): Promise<Map<string, string>> {
  const file = join(home, "ssh_config");
  writeFileSync(file, config);
  const { stdout, stderr } = await runProgram(["ssh", "-T", "-F", file, "-G", ...words], { env: { HOME: home } });
  expect(stderr).toBe("");
  return new Map(stdout.split("\n").map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)]));
}

describe("the block", () => {
  test("is what people have in their ssh_config already", async () => {
    const home = await homeWith({ logins: ["alice", "root"] });
    const text = await run(["tsh", "config"], { env: { HOME: home } });
    expect(text).toMatchObject({ code: 0, stderr: "" });
    golden("tsh-config.txt", neutral(text.stdout, home));
    const json = await run(["tsh", "config", "--format=json"], { env: { HOME: home } });
    golden("json/tsh-config.json", neutral(json.stdout, home));
    expect((JSON.parse(json.stdout) as { ssh_config: string }).ssh_config).toBe(text.stdout);
  });

  test("says the login where there is one only, or one was asked for, and the port that was", async () => {
    const home = await homeWith({ logins: ["root"] });
    const config = (words: readonly string[]) => run(["tsh", "config", ...words], { env: { HOME: home } });
    expect((await config([])).stdout).toContain("    User root\n");
    expect((await config([])).stdout).not.toContain(" Port ");
    const asked = (await config(["--login=deploy", "--port=2200"])).stdout;
    expect(asked).toContain("    User deploy\n");
    expect(asked).toContain("    Port 2200\n");
    const env = { HOME: home, SALLYPORT_LOGIN: "ci" };
    expect((await run(["tsh", "config"], { env })).stdout).toContain("    User ci\n");
  });

  test("takes nothing for a login that would be another line of it", async () => {
    const home = await homeWith({});
    for (const login of ["root\n    ProxyCommand evil", "root #", '"root"', ""]) {
      const ran = await run(["tsh", "config", `--login=${login}`], { env: { HOME: home } });
      expect([login, ran.code, ran.stdout]).toEqual([login, 2, ""]);
      expect(ran.stderr).toContain("is not a login name");
    }
  });

  test("is printed for a login that has expired: it is about files", async () => {
    const home = await homeWith({ expires: new Date("2021-01-01T00:00:00Z") });
    expect(await run(["tsh", "config"], { env: { HOME: home } })).toMatchObject({ code: 0, stderr: "" });
  });

  test("is of the cluster that is asked for", async () => {
    const home = await homeWith({});
    await homeWith({ proxy: "two.example.com", cluster: "two" }, home);
    const ofFirst = await run(["tsh", "config", "--proxy=proxy.example.com"], { env: { HOME: home } });
    expect(ofFirst.stdout).toContain("Host *.example !proxy.example.com\n");
  });
});

describe("refusals", () => {
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ["nobody is logged in", ["config"], 3, /not logged in\nhint: tsh login/],
    [
      "an identity file",
      ["config", "-i", "id"],
      2,
      /identity file cannot be used by ssh\nhint: .*--out-format=openssh/,
    ],
    ["a port that is none", ["config", "--port=ssh"], 2, /--port: "ssh" is not a port/],
  ];
  test.each(cases)("%s", async (_, words, code, stderr) => {
    const ran: Ran = await run(["tsh", ...words], { env: { HOME: tempDir() } });
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(stderr);
  });

  test("a home that no ssh_config can name", async () => {
    const home = await homeWith({}, join(tempDir(), 'a"b'));
    const ran = await run(["tsh", "config"], { env: { HOME: home } });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("cannot be written in an ssh_config");
  });
});

describe("ssh", () => {
  /** A `tsh` that answers as if the cluster knew `web-1` and nothing else. */
  async function withKnown(name: string, home: string): Promise<string> {
    await homeWith({}, home);
    const node = { kind: "node", metadata: { name: "0" }, spec: { hostname: name, addr: "10.0.0.1:3022" } };
    writeFileSync(
      join(home, ".tsh/keys/proxy.example.com/alice-ssh/example-nodes"),
      ` ${name}  10.0.0.1 \t${JSON.stringify(node)}\n`,
    );
    return (await run(["tsh", "config"], { env: { HOME: home } })).stdout;
  }

  test("takes long names and known short ones to the same place, and leaves all others alone", async () => {
    const home = tempDir();
    const config = await withKnown("web-1", home);
    for (const host of ["web-1", "WEB-1", "web-1.example"]) {
      const made = await effective(config, home, [host]);
      expect([host, made.get("hostname")]).toEqual([host, "web-1.example"]);
      expect(made.get("proxycommand")).toStartWith(`${program("tsh")} proxy ssh `);
      expect(made.get("userknownhostsfile")).toBe(join(home, ".tsh/known_hosts"));
      expect(made.get("stricthostkeychecking")).toBe("true");
      expect(made.get("identitiesonly")).toBe("yes");
      expect(made.get("certificatefile")).toBe(join(home, ".tsh/keys/proxy.example.com/alice-ssh/example-cert.pub"));
    }
    for (const host of ["nas", "github.com", "localhost", "proxy.example.com", "::1", "10.0.0.1"]) {
      const made = await effective(config, home, [host]);
      expect([host, made.get("hostname"), made.get("proxycommand")]).toEqual([host, host, undefined]);
    }
  });

  test("knows the proxy by its SSH port only, for -J", async () => {
    const home = tempDir();
    const config = await withKnown("web-1", home);
    const jump = await effective(config, home, ["-p", "3023", "proxy.example.com"]);
    expect(jump.get("userknownhostsfile")).toBe(join(home, ".tsh/known_hosts"));
    expect(jump.get("proxycommand")).toBeUndefined();
    const other = await effective(config, home, ["-p", "22", "proxy.example.com"]);
    expect(other.get("stricthostkeychecking")).toBe("ask");
  });

  test("finds program and files where their paths have spaces, quotes and percent signs", async () => {
    const home = join(tempDir(), "Ann's 100% home");
    const bin = join(home, "my bin");
    await homeWith({}, home);
    mkdirSync(bin);
    symlinkSync(binary(), join(bin, "tsh"));
    const config = await runProgram(["tsh", "config"], { env: { HOME: home, PATH: `${bin}:/usr/bin:/bin` } });
    expect(config.stderr).toBe("");
    const file = join(home, "ssh_config");
    writeFileSync(file, config.stdout);
    const ran = await runProgram(["ssh", "-vT", "-F", file, "web-1.example"], { env: { HOME: home } });
    for (const used of ["alice", "alice-ssh/example-cert.pub"])
      expect(ran.stderr).toMatch(
        new RegExp(`(identity|certificate) file ${join(home, ".tsh/keys/proxy.example.com", used)} type [0-9]`),
      );
    // The command runs: it fails only because that proxy does not exist.
    expect(ran.stderr).toMatch(/^tsh: error: proxy\.example\.com:3023 could not be reached/m);
    expect(ran.code).toBe(255);
  });

  test("is told where the profiles are when they are elsewhere", async () => {
    const dir = tempDir();
    const elsewhere = join(dir, "the profiles");
    await writeLogin(elsewhere, {});
    const env = { HOME: dir, SALLYPORT_HOME: elsewhere };
    const { stdout } = await run(["tsh", "config"], { env });
    expect(stdout).toContain(`ProxyCommand env 'SALLYPORT_HOME=${elsewhere}' ${program("tsh")} proxy ssh `);
    expect(stdout).toContain(`IdentityFile "${elsewhere}/keys/proxy.example.com/alice"`);
    const made = await effective(stdout, dir, ["nas"]);
    expect(made.get("hostname")).toBe("nas");
  });

  test("runs the program by the name it was called by, or by its own and the word tsh", async () => {
    const home = await homeWith({});
    const words = ["tsh", "config"];
    const { stdout } = await runProgram([program("sallyport"), ...words], { env: { HOME: home } });
    expect(stdout).toContain(`ProxyCommand ${program("sallyport")} tsh proxy ssh `);
  });
});
