import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { completionFiles } from "../../../cli/completion/scripts.ts";
import { program, run, runProgram } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

const COMPLETIONS = resolve(import.meta.dir, "../../../completions");

function has(shell: string): boolean {
  if (Bun.which(shell) !== null) return true;
  console.log(`${shell} is not installed: its completions were generated, but no ${shell} has read them`);
  return false;
}

test("the scripts that are checked in are those of the command tree; bun cli/completion/generate.ts rewrites them", async () => {
  const files = await completionFiles();
  expect(readdirSync(COMPLETIONS).sort()).toEqual([...files.keys()].sort());
  for (const [name, content] of files) expect(readFileSync(join(COMPLETIONS, name), "utf8")).toBe(content);
});

test("every name of the binary prints its own", async () => {
  for (const tool of ["sallyport", "tsh", "tctl", "keycmd"])
    for (const shell of ["bash", "zsh", "fish"]) {
      const ran = await run([tool, "completion", shell]);
      expect(ran).toEqual({ code: 0, stdout: readFileSync(join(COMPLETIONS, `${tool}.${shell}`), "utf8"), stderr: "" });
    }
  expect((await run(["tsh", "completion", "powershell"])).code).toBe(2);
});

/** A profile whose cache of hosts names two. */
function homeWithHosts(): string {
  const home = tempDir();
  mkdirSync(join(home, ".tsh/keys/proxy.example.com"), { recursive: true });
  writeFileSync(join(home, ".tsh/current-profile"), "proxy.example.com\n");
  writeFileSync(join(home, ".tsh/keys/proxy.example.com/example.hosts"), "web-1\nweb-2\ndb-1\n");
  return home;
}

/** What each line, with the cursor at its end, is completed to. */
const CASES: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [["tsh", "stat"], ["status"]],
  [["tsh", "--proxy", "p", "stat"], ["status"]],
  [["tsh", "status", "--form"], ["--format="]],
  [["tsh", "completion", "z"], ["zsh"]],
  [
    ["tsh", "ssh", "we"],
    ["web-1", "web-2"],
  ],
  [["tsh", "ssh", "-p", "22", "-A", "d"], ["db-1"]],
  [["tsh", "ssh", "web-1", "--for"], []],
  [["tctl", "users", "a"], ["add"]],
  [["sallyport", "tctl", "users", "a"], ["add"]],
  [["sallyport", "tsh", "ssh", "d"], ["db-1"]],
];

describe("bash", () => {
  test("takes the scripts", async () => {
    for (const tool of ["sallyport", "tsh", "tctl", "keycmd"]) {
      const file = join(COMPLETIONS, `${tool}.bash`);
      expect(await runProgram(["bash", "-n", file])).toEqual({ code: 0, stdout: "", stderr: "" });
      const ran = await runProgram(["bash", "-c", `source ${file} && complete -p ${tool}`]);
      expect(ran).toEqual({ code: 0, stdout: `complete -F _${tool} ${tool}\n`, stderr: "" });
    }
  });

  /** Calls the function as readline would, with its words parted at = : @. */
  async function complete(words: readonly string[]): Promise<string[]> {
    const tool = words[0] ?? "";
    const parted = words.flatMap((word) =>
      word.split(/([=:@])/).filter((part, _, all) => part !== "" || all.length === 1),
    );
    const script = `source "$1"; shift; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${tool}; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const ran = await runProgram(["bash", "-c", script, "bash", join(COMPLETIONS, `${tool}.bash`), ...parted], {
      env: { HOME: homeWithHosts() },
    });
    expect(ran.stderr).toBe("");
    return ran.stdout.split("\n").filter((word) => word !== "");
  }

  test.each(CASES)("completes %j", async (words, offered) => {
    expect((await complete(words)).sort()).toEqual([...offered].sort());
  });

  test("completes a value after =, and a host after the login", async () => {
    expect(await complete(["tsh", "status", "--format=j"])).toEqual(["json"]);
    expect(await complete(["tsh", "status", "-f", "y"])).toEqual(["yaml"]);
    expect(await complete(["tsh", "ssh", "root@d"])).toEqual(["db-1"]);
  });
});

describe("fish", () => {
  test("takes the scripts and completes", async () => {
    if (!has("fish")) return;
    for (const [words, offered] of CASES) {
      const script = `source ${join(COMPLETIONS, `${words[0]}.fish`)}; complete -C ${JSON.stringify(words.join(" "))}`;
      const ran = await runProgram(["fish", "--no-config", "-c", script], { env: { HOME: homeWithHosts() } });
      const found = ran.stdout.split("\n").filter((line) => line !== "");
      expect([
        words,
        ran.stderr,
        found.map((line) => line.split("\t")[0]?.replace(/^(--format)$/, "$1=")).sort(),
      ]).toEqual([words, "", [...offered].sort()]);
    }
    const at = `source ${join(COMPLETIONS, "tsh.fish")}; complete -C "tsh ssh root@d"`;
    const ran = await runProgram(["fish", "--no-config", "-c", at], { env: { HOME: homeWithHosts() } });
    expect(ran.stdout).toBe("root@db-1\n");
  });
});

describe("zsh", () => {
  test("takes the scripts", async () => {
    if (!has("zsh")) return;
    for (const tool of ["sallyport", "tsh", "tctl", "keycmd"]) {
      const file = join(COMPLETIONS, `${tool}.zsh`);
      expect(await runProgram(["zsh", "-n", file])).toEqual({ code: 0, stdout: "", stderr: "" });
      const ran = await runProgram([
        "zsh",
        "-fc",
        `autoload -U compinit && compinit -D && source ${file} && print $_comps[${tool}]`,
      ]);
      expect(ran).toEqual({ code: 0, stdout: `_${tool}\n`, stderr: "" });
    }
  });

  test("completes, when a terminal is there to press the key in", async () => {
    if (!has("zsh") || !has("expect")) return;
    const home = homeWithHosts();
    const script = join(home, "press.exp");
    writeFileSync(
      script,
      `set timeout 10
log_user 0
spawn zsh -f
expect -re {[%#] }
send "autoload -U compinit; compinit -D; source ${join(COMPLETIONS, "tsh.zsh")}; PS1='READY> '; echo go\\r"
expect "\\ngo"
expect "READY> "
send "tsh ssh d\\t"
expect -brace { "db-1" { puts host } timeout { puts "no host" } }
send "\\025tsh sta\\t"
expect -brace { "status" { puts verb } timeout { puts "no verb" } }
send "\\025tsh status --format=j\\t"
expect -brace { "json" { puts value } timeout { puts "no value" } }
`,
    );
    const ran = await runProgram(["expect", script], { env: { HOME: home, TERM: "dumb" }, within: 60_000 });
    expect(ran.stdout.replaceAll("\r", "")).toBe("host\nverb\nvalue\n");
  }, 60_000);
});

test("a host is completed without starting this program", () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = readFileSync(join(COMPLETIONS, `tsh.${shell}`), "utf8");
    expect(script).not.toMatch(/\$\(tsh|\(tsh |`tsh/);
  }
  expect(program("tsh")).toEndWith("/tsh");
});
