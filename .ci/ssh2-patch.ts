/**
 * `npm run patch:ssh2`: builds `core/ssh/ssh2.patch` from `core/ssh/patches`, and installs ssh2 with it. A patch whose
 * lines have moved is written anew; one that does not apply stops the build. `--tree=DIR [--through=NN]` writes a git
 * repository to DIR instead, with one commit for each patch, in which a patch can be made or changed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const ROOT = resolve(import.meta.dir, "..");
const INSTALLED = join(ROOT, "node_modules/ssh2");
export const SERIES = join(ROOT, "core/ssh/patches");
export const WHOLE = join(ROOT, "core/ssh/ssh2.patch");

const VERSION = "1.17.0";
/** Of `lib` in the package as it is published. Another version of ssh2 has another. */
const PRISTINE = "69ab03f425e96c5a17256b660ff477b254e900d5a3836526aac393f15e738bd8";

export interface Patch {
  /** `NN-what.patch` */
  readonly name: string;
  /** What is said about it: the text before the first file. */
  readonly head: string;
  /** What it changes, as git writes it, without the hashes of the files. */
  readonly body: string;
}

export interface Built {
  /** The series with every body as git writes it when the patch is applied after those before it. */
  readonly series: readonly Patch[];
  /** What all of them change together. */
  readonly whole: string;
}

/** The patches of a directory, in the order of their names. */
export function readSeries(dir: string): Patch[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".patch"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(dir, name), "utf8");
      const start = text.search(/^diff --git /m);
      if (start === -1) throw new Error(`${name} changes no file`);
      return { name, head: text.slice(0, start), body: text.slice(start) };
    });
}

/**
 * Writes ssh2 as it is published to `dir`, which must not exist. Needs no network: the package is what is installed
 * without our patch, or a copy that Bun keeps.
 */
export function writePristine(dir: string): void {
  const cache = readCache();
  const sources: (() => void)[] = [
    () => {
      cpSync(INSTALLED, dir, { recursive: true });
      git(dir, "apply", "--reverse", WHOLE);
    },
    ...cache.map((kept) => () => cpSync(kept, dir, { recursive: true })),
  ];
  for (const write of sources) {
    try {
      write();
      if (digest(dir) === PRISTINE) return;
    } catch {
      // The next source may do.
    }
    rmSync(dir, { recursive: true, force: true });
  }
  throw new Error(`ssh2 ${VERSION} without a patch is not at hand: npm run setup fetches it`);
}

function readCache(): string[] {
  const asked = spawnSync(process.execPath, ["pm", "cache"], { cwd: ROOT, encoding: "utf8" });
  const dir = asked.stdout.trim();
  if (asked.status !== 0 || dir === "") return [];
  try {
    return readdirSync(dir)
      .filter((name) => name.startsWith(`ssh2@${VERSION}`) && !name.includes("patch_hash"))
      .map((name) => join(dir, name));
  } catch {
    return [];
  }
}

function digest(dir: string): string {
  const lib = join(dir, "lib");
  const hash = createHash("sha256");
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" })
    // What an installation may have compiled.
    .filter((path) => statSync(join(lib, path)).isFile() && !path.startsWith("protocol/crypto/build/"))
    .sort();
  for (const path of files)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(lib, path)))
      .update("\0");
  return hash.digest("hex");
}

/** Applies a series to the pristine package in `dir`, which becomes a git repository with a commit for each patch. */
export function build(dir: string, series: readonly Patch[]): Built {
  git(dir, "init", "--quiet");
  commit(dir, `ssh2 ${VERSION}`);
  git(dir, "tag", "pristine");
  const rebuilt = series.map(({ name, head, body }) => {
    try {
      // Without `--reject` and `-C`, git applies all of a patch with all of its context, or nothing.
      git(dir, "apply", "--index", { stdin: body });
    } catch (cause) {
      throw new Error(`${name} does not apply after those before it`, { cause });
    }
    const written = diff(dir, "HEAD").replaceAll(/^index .*\n/gm, "");
    commit(dir, `${basename(name, ".patch")}\n\n${head}`);
    return { name, head, body: written };
  });
  return { series: rebuilt, whole: diff(dir, "pristine") };
}

function diff(dir: string, from: string): string {
  return git(dir, "diff", "--cached", "--no-renames", "--no-ext-diff", "--no-color", "--abbrev=7", "--unified=3", from);
}

function commit(dir: string, message: string): void {
  git(dir, "add", "--all", "--force");
  const who = ["-c", "user.name=ssh2", "-c", "user.email=ssh2@localhost"];
  git(dir, ...who, "commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--file=-", { stdin: message });
}

/** Runs git without the settings of whoever calls, which would change what it writes. */
function git(dir: string, ...words: (string | { readonly stdin: string })[]): string {
  const args = words.filter((word) => typeof word === "string");
  const input = words.find((word) => typeof word === "object")?.stdin;
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(kept), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  // `--reverse` runs where there is no repository yet; one further up must not be taken for it.
  const ceiling = { GIT_CEILING_DIRECTORIES: resolve(dir, "..") };
  const ran = spawnSync("git", args, { cwd: dir, env: { ...env, ...ceiling }, encoding: "utf8", input: input ?? "" });
  if (ran.status !== 0) throw new Error(`git ${args[0]}: ${ran.stderr?.trim() || ran.error?.message}`);
  return ran.stdout;
}

function main(): void {
  const { values } = parseArgs({ options: { tree: { type: "string" }, through: { type: "string" } } });
  const { tree, through = "~" } = values;
  const all = readSeries(SERIES);
  if (tree !== undefined) {
    const dir = resolve(tree);
    writePristine(dir);
    build(
      dir,
      all.filter(({ name }) => name.slice(0, 2) <= through),
    );
    return console.log(dir);
  }
  const work = mkdtempSync(join(tmpdir(), "sallyport-ssh2-"));
  process.on("exit", () => rmSync(work, { recursive: true }));
  const dir = join(work, "ssh2");
  writePristine(dir);
  const { series, whole } = build(dir, all);
  for (const { name, head, body } of series) writeFileSync(join(SERIES, name), head + body);
  writeFileSync(WHOLE, whole);
  console.log(`core/ssh/ssh2.patch: ${series.length} patches`);
  const installed = spawnSync(process.execPath, ["install", "--frozen-lockfile"], { cwd: ROOT, stdio: "inherit" });
  process.exitCode = installed.status ?? 1;
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    const { message, cause } = error as Error;
    console.error(`patch:ssh2: ${message}${cause instanceof Error ? `\n${cause.message}` : ""}`);
    process.exit(1);
  }
}
