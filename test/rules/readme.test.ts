import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TOOLS, type Tool, toolTree } from "../../cli/completion/scripts.ts";
import { walk } from "../../cli/completion/tree.ts";
import { isKind, KINDS } from "../../core/resource/registry.ts";
import { parse } from "../../core/resource/resource.ts";
import { parseYaml } from "../../core/yaml.ts";
import { DEFAULT_PORTS_FROM, PORTS } from "../../daemon/config/flags.ts";
import packageJson from "../../package.json" with { type: "json" };
import { commandsIn, mistakeIn, mistakeInPart, programsIn } from "../kit/command-line.ts";

/** What the README tells people to type can be typed, and what it points at is there. */

const ROOT = resolve(import.meta.dir, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Programs of others that it uses. */
const OTHERS = new Set(["echo", "install", "ln", "rsync", "sed", "ssh", "systemctl", "tee", "umask", "useradd"]);

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
  ([, language = "", text = ""]) => ({
    language,
    text,
  }),
);
/** Each command with the lines that it goes on over, without what is remarked behind it. */
const lines = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, "").split("\n"))
  .map((line) => line.replace(/\s+# .*$/, ""))
  .filter((line) => line !== "");
/** Code within the text. */
const spans = [...README.replaceAll(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

function rule(sentence: string, broken: readonly string[]): void {
  if (broken.length > 0) throw new Error(`${sentence}:\n  ${broken.join("\n  ")}`);
}

describe("a command in the README", () => {
  test("is one of ours that reads its line, a script of npm, or a program that everybody has", async () => {
    const wrong: string[] = [];
    for (const line of lines) {
      for (const [name = "", ...words] of programsIn(line)) {
        const program = name.replace(/^\(|^.*\//g, "");
        if (program === "npm") wrong.push(...npmMistake(words).map((mistake) => `${line}: ${mistake}`));
        else if (!Object.hasOwn(TOOLS, program) && !OTHERS.has(program)) wrong.push(`${line}: what is ${program}?`);
      }
      for (const words of commandsIn(line)) {
        const mistake = await mistakeIn(words);
        if (mistake !== undefined) wrong.push(`${line}: ${mistake}`);
      }
    }
    expect(lines.length).toBeGreaterThan(30);
    rule("a command can be typed", wrong);
  });

  test("exists, where the text names it", async () => {
    const wrong: string[] = [];
    for (const span of spans)
      for (const words of commandsIn(span)) {
        const mistake = await mistakeInPart(words);
        if (mistake !== undefined) wrong.push(`${span}: ${mistake}`);
      }
    rule("a command that is named exists", wrong);
  });
});

test("a flag or variable that the README names exists", async () => {
  const trees = await Promise.all((Object.keys(TOOLS) as Tool[]).map(toolTree));
  const flags = new Set(trees.flatMap(walk).flatMap((node) => node.flags.map(({ name }) => `--${name}`)));
  const source = ["cli/start.ts", ".ci/start.ts"].map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
  rule(
    "a flag exists",
    spans.map((span) => /^--[a-z-]+/.exec(span)?.[0] ?? "--help").filter((flag) => !flags.has(flag)),
  );
  rule(
    "a variable is read",
    (README.match(/\bSALLYPORT_\w+/g) ?? []).filter((name) => !source.includes(name)),
  );
});

test("the ports in the README are those that are listened on", () => {
  const listed = [...README.matchAll(/^\| (\d+) \| (\w+) \| (SSH|HTTPS)/gm)].map(([, port, role, kind]) => [
    port,
    role,
    kind,
  ]);
  expect(listed).toEqual([
    [String(DEFAULT_PORTS_FROM + PORTS.tms), "tms", "HTTPS"],
    [String(DEFAULT_PORTS_FROM + PORTS.node), "node", "SSH"],
    [String(DEFAULT_PORTS_FROM + PORTS.proxySsh), "proxy", "SSH"],
    [String(DEFAULT_PORTS_FROM + PORTS.auth), "auth", "SSH"],
    [String(DEFAULT_PORTS_FROM + PORTS.proxyWeb), "proxy", "HTTPS"],
  ]);
});

test("resources in the README are valid", () => {
  const resources = blocks
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => parseYaml(text, "README.md").value);
  expect(resources).not.toBeEmpty();
  for (const resource of resources) {
    const { kind } = resource as { kind: string };
    if (!isKind(kind)) throw new Error(`${kind} is not a kind of resource`);
    parse(KINDS[kind], resource, "README.md");
  }
});

test("what the README points at is there", () => {
  const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, to = ""]) => to).filter((to) => !to.startsWith("http"));
  const paths = spans.filter((span) => /^(?:\.ci|cli|completions|core|daemon|man|test)\//.test(span));
  rule(
    "a file exists",
    [...links, ...paths].filter((path) => !existsSync(join(ROOT, path))),
  );
});

/** `npm start`, `npm run NAME`, and what follows `--` for the build. */
function npmMistake([verb = "", ...rest]: readonly string[]): string[] {
  const [name = verb, ...more] = verb === "run" ? rest : [];
  if (!Object.hasOwn(packageJson.scripts, name)) return [`there is no script ${name}`];
  const targets = more.flatMap((word) => /^--target=(.*)$/.exec(word)?.[1] ?? []);
  const known = readFileSync(join(ROOT, ".ci/build.ts"), "utf8");
  return targets.filter((target) => !known.includes(`"${target}"`)).map((target) => `there is no target ${target}`);
}
