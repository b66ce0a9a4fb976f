import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../../cli/keycmd/setup/finding.ts";
import { whyIgnored } from "../../../cli/keycmd/setup/sshd.ts";
import { binary } from "../../kit/build.ts";
import { type Ran, runProgram } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { canHaveView, inView } from "./view.ts";

cleanTemp();

/** sshd_config as it is found on hosts, and the two lines at its end. */
const program = "/usr/local/bin/sallyport";
test.each<[string, string, string[] | undefined, RegExp | undefined]>([
  ["empty", "", undefined, undefined],
  ["usual", "# Match User x\nUsePAM yes\nMatchmaker no\n", undefined, undefined],
  ["with these lines", "", [program, "keycmd", "%u"], undefined],
  ["with another command", "", ["/usr/bin/sss_ssh_authorizedkeys", "%u"], /already, \/usr\/bin\/sss_ssh_auth/],
  ["with a Match", "UsePAM yes\n  match user x\n X11Forwarding no\n", undefined, /has a Match/],
  ["with a Match, and other files before", "Include x/*.conf\nMatch User x\n", undefined, undefined],
  ["with a Match, and other files in it", "Match User x\nInclude x/*.conf\n", undefined, /has a Match/],
  ["with a Match in another spelling", "Match=User x\n", undefined, /has a Match/],
])("a configuration that is %s", (_, text, command, why) => {
  const found = whyIgnored(text, command, program);
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});

const sshd = existsSync("/usr/sbin/sshd");
const able = sshd && existsSync("/etc/ssh/sshd_config") && (await canHaveView());
if (!able) console.log("no sshd, or no mount namespaces: what sshd says of its configuration is not tried");

describe.if(able)("with an sshd_config", () => {
  const command = `AuthorizedKeysCommand ${binary()} keycmd`;
  const keycmd = (text: string, ...words: string[]): Promise<Ran> => {
    const file = join(tempDir(), "sshd_config");
    writeFileSync(file, `UsePAM no\n${text}`);
    return runProgram(inView({ "/etc/ssh/sshd_config": file }, [binary(), "keycmd", ...words]));
  };

  test.each<[string, string, Finding["status"], RegExp]>([
    ["as it should be", `${command} %u %U %f %t\nAuthorizedKeysCommandUser nobody\n`, "ok", /as nobody/],
    [
      "with a setting where it may not be",
      `${command} %u %U %f %t %C\nAuthorizedKeysCommandUser nobody\nMatch LocalPort 22 LocalAddress ::1\nUsePAM no\n`,
      "failed",
      /line 5: .*UsePAM/,
    ],
    [
      "that asks where a visitor has come to",
      `${command} %u %U %f %t\nAuthorizedKeysCommandUser nobody\nMatch LocalPort 2 LocalAddress ::1\nX11Forwarding no\n`,
      "ok",
      /as nobody/,
    ],
    ["without the user", `${command} %u %U %f %t\n`, "failed", /set without AuthorizedKeysCommandUser/],
    ["with an error", "Nonsense yes\n", "failed", /line 2: Bad configuration option: Nonsense/],
    [
      "with the lines below a Match",
      `Match User x\n${command} %u %U %f %t\nAuthorizedKeysCommandUser nobody\n`,
      "failed",
      /no AuthorizedKeysCommand outside of Match/,
    ],
    ["without host keys", "HostKey /nowhere\n", "warning", /no hostkeys available/],
  ])("%s", async (_, text, status, why) => {
    const { stdout } = await keycmd(text, "check", "--format=json");
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const [about, ...more] = findings.filter((finding) => finding.about === "sshd_config");
    expect(about).toMatchObject({ status, message: expect.stringMatching(why) });
    expect(more).toEqual([]);
  });

  test("with both ends, which may be more than this sshd knows", async () => {
    const { stderr } = await runProgram(["/usr/sbin/sshd", "-V"]);
    const version = Number(/OpenSSH_(\d+\.\d+)/.exec(stderr)?.[1]);
    const { stdout } = await keycmd(`${command} %u %U %f %t %C\nAuthorizedKeysCommandUser nobody\n`, "check");
    if (version < 9.4) expect(stdout).toContain(`OpenSSH ${version} ends every connection`);
    else expect(stdout).toMatch(/^ok +sshd_config/m);
  });

  test("the configuration that its command names is looked at, whatever it is called", async () => {
    const { stdout } = await keycmd(
      `${command} --config=/a=b %u %U %f %t\nAuthorizedKeysCommandUser nobody\n`,
      "check",
    );
    expect(stdout).toContain("/a=b: no such file");
  });

  test("install says what would keep its lines from counting", async () => {
    for (const [text, why] of [
      ["AuthorizedKeysCommand /bin/true %u\nAuthorizedKeysCommandUser nobody\n", "already, /bin/true, and the first"],
      ["Match User x\n X11Forwarding no\n", "has a Match"],
    ] as const) {
      const { code, stdout, stderr } = await keycmd(text, "install", "--dry-run");
      expect({ code, lines: stdout.trimEnd().split("\n").length }).toEqual({ code: 0, lines: 2 });
      expect(stderr).toContain(why);
    }
    const { stderr } = await keycmd("", "install", "--dry-run");
    expect(stderr).not.toMatch(/already|Match/);
  });
});
