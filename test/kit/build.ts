import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/sallyport");
const SOURCES = ["cli", "core", "daemon", "completions", "package.json", "bun.lock", ".ci/build.ts"];

let built: string | undefined;

/** The path of an up-to-date compiled `sallyport`; builds it if the sources are newer. */
export function binary(): string {
  built ??= upToDate() ? BINARY : build();
  return built;
}

function upToDate(): boolean {
  const when = statSync(BINARY, { throwIfNoEntry: false })?.mtimeMs;
  return when !== undefined && SOURCES.every((source) => newest(join(ROOT, source)) <= when);
}

function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds to a new file and renames it, so that concurrent test runs keep their binary. */
function build(): string {
  const work = join(ROOT, `dist/.build-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const done = spawnSync(process.execPath, [".ci/build.ts", `--outfile=${join(work, "sallyport")}`], {
      cwd: ROOT,
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`the build failed:\n${done.stdout}${done.stderr}`);
    renameSync(join(work, "sallyport"), BINARY);
    return BINARY;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
