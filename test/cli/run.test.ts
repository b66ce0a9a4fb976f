import { describe, expect, test } from "bun:test";
import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../kit/build.ts";
import { program, run, runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

describe("names", () => {
  test("a symlink stands for the subcommand of its name", async () => {
    const [asName, asWord] = await Promise.all([
      run(["tsh", "version", "--help"]),
      run(["sallyport", "tsh", "version", "--help"]),
    ]);
    expect(lstatSync(program("tsh")).isSymbolicLink()).toBe(true);
    expect(asName.stdout).toBe(asWord.stdout);
    expect(asName.stdout).toStartWith("tsh version:");
  });

  test("any other name is sallyport", async () => {
    const link = join(tempDir(), "gate");
    symlinkSync(binary(), link);
    expect(await runProgram([link, "version", "--help"])).toMatchObject({ code: 0, stderr: "" });
  });

  test("a command that is known by two is called as it was called", async () => {
    expect((await run(["sallyport", "agent", "ssh", "--help"])).stdout).toStartWith("sallyport agent ssh: ");
    expect((await run(["sallyport", "agent", "ssh", "--nope"])).stderr).toContain('see "sallyport agent ssh --help"');
  });

  test("errors are signed with the name of the tool", async () => {
    expect((await run(["tctl", "nonsense"])).stderr).toStartWith("tctl: error: ");
    expect((await run(["sallyport", "tctl", "nonsense"])).stderr).toStartWith("tctl: error: ");
    expect((await run(["sallyport", "nonsense"])).stderr).toStartWith("sallyport: error: ");
  });
});

test.each(["toString", "constructor", "__proto__"])("%s, which every object has, is no command", async (word) => {
  const { code, stderr } = await run(["sallyport", word]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`unknown command "sallyport ${word}"`),
  });
});

describe("the line is read strictly", () => {
  test.each([
    ["an unknown command", ["versoin"], 'unknown command "tsh versoin"', 'did you mean "tsh version"?'],
    ["an unknown command like no other", ["xyzzy"], 'unknown command "tsh xyzzy"', '"tsh --help" lists the commands'],
    ["an unknown flag", ["version", "--fromat=json"], "unknown flag --fromat", "did you mean --format?"],
    ["an unknown short flag", ["version", "-x"], "unknown flag -x", 'see "tsh version --help"'],
    ["a long flag with one dash", ["version", "-format"], "unknown flag -format", "did you mean --format?"],
    ["an unknown flag before the command", ["--fromat", "version"], "unknown flag --fromat", undefined],
    ["a value that is missing", ["version", "--format"], "--format needs a value", undefined],
    [
      "a flag where a value belongs",
      ["version", "--format", "--debug"],
      '--format needs a value, and "--debug" is a flag',
      undefined,
    ],
    [
      "a value that is not one of those",
      ["version", "-f", "jsom"],
      '--format: expected one of text, json, yaml, not "jsom"',
      "did you mean json?",
    ],
    ["a value for a switch", ["version", "--debug=maybe"], '--debug: expected true or false, not "maybe"', undefined],
    ["an argument that is empty", ["ssh", ""], "[USER@]HOST is empty", 'see "tsh ssh --help"'],
    ["an argument that is missing", ["ssh"], "[USER@]HOST is missing", 'see "tsh ssh --help"'],
    ["an argument too many", ["version", "now"], 'unexpected argument "now"', 'see "tsh version --help"'],
    ["a flag after --", ["version", "--", "--format"], 'unexpected argument "--format"', undefined],
  ] as const)("%s is wrong usage", async (_what, words, message, hint) => {
    const { code, stdout, stderr } = await run(["tsh", ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toStartWith(`tsh: error: ${message}\n`);
    if (hint !== undefined) expect(stderr).toEndWith(`hint: ${hint}\n`);
  });

  test("flags may stand before, after and beside their value", async () => {
    const all = await Promise.all(
      [
        ["version", "--format=json"],
        ["version", "--format", "json"],
        ["version", "-f", "json"],
        ["version", "-fjson"],
        ["version", "-dfjson"],
        ["--debug", "version", "--no-debug", "-f", "text", "--format=json"],
        ["--proxy", "p.example.com", "version", "--format=json"],
        ["version", "--proxy=p.example.com", "--format=json"],
      ].map((words) => run(["tsh", ...words])),
    );
    for (const ran of all) expect(ran).toEqual({ code: 0, stdout: all[0]?.stdout ?? "", stderr: "" });
  });
});

describe("streams", () => {
  test("an error under --format=json is one object on stderr, also when the line itself is wrong", async () => {
    const { code, stdout, stderr } = await run(["tsh", "version", "--format=json", "--nonsense"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: "bad_request", message: "unknown flag --nonsense", hint: 'see "tsh version --help"' },
    });
  });

  test("help is an answer when asked for, and an explanation when nothing was asked", async () => {
    const asked = await run(["tsh", "--help"]);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(asked.stdout.indexOf("Examples:")).toBeLessThan(asked.stdout.indexOf("Flags for every command:"));
    expect(await run(["tsh"])).toMatchObject({ code: 2, stdout: "", stderr: asked.stdout });
  });

  test("help of a noun says what its flags mean there, and leaves out what it only refuses", async () => {
    for (const words of [["tms"], ["tms", "keys"], ["tms", "keys", "ls"]]) {
      const { stdout } = await run(["tctl", ...words, "--help"]);
      expect(stdout).toMatch(/--config=FILE +Config file of the escrow on this machine/);
      expect(stdout).not.toContain("--auth-server");
    }
    expect(await run(["tctl", "tms", "keys", "ls", "--auth-server=auth.example.com"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("hint: give a remote escrow with --server"),
    });
  });

  test("a reader that goes away is no error", async () => {
    const ran = await runProgram(["bash", "-c", '"$0" --help | true; echo "${PIPESTATUS[0]}"', program("tsh")]);
    expect(ran).toEqual({ code: 0, stdout: "0\n", stderr: "" });
  });

  test("a full disk is told in a sentence", async () => {
    const ran = await runProgram(["bash", "-c", 'exec "$0" version > /dev/full', program("tsh")]);
    expect(ran).toEqual({ code: 1, stdout: "", stderr: "tsh: error: the disk is full\n" });
  });
});

test("a hostile .env and bunfig.toml in the working directory change nothing", async () => {
  const cwd = tempDir();
  const trace = join(cwd, "ran");
  writeFileSync(
    join(cwd, "evil.ts"),
    `require("node:fs").writeFileSync(${JSON.stringify(trace)}, "ran"); process.exit(66);\n`,
  );
  writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n');
  for (const name of [".env", ".env.local", ".env.production", ".env.development"])
    writeFileSync(join(cwd, name), "SALLYPORT_HOME=/nowhere\nBUN_OPTIONS=--preload=./evil.ts\nHOME=/nowhere\n");
  mkdirSync(join(cwd, "node_modules"));
  writeFileSync(join(cwd, "package.json"), '{"name":"evil","main":"evil.ts"}');
  writeFileSync(join(cwd, "tsconfig.json"), "{ not json");
  for (const words of [
    ["sallyport", "version"],
    ["tsh", "version"],
    ["tctl", "version"],
  ]) {
    const [there, elsewhere] = await Promise.all([run(words, { cwd }), run(words)]);
    expect(there).toEqual(elsewhere);
    expect(there.code).toBe(0);
  }
  expect(lstatSync(trace, { throwIfNoEntry: false })).toBeUndefined();
});
