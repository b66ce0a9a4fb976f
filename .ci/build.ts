/** Compiles `dist/sallyport`. `--target=linux-x64|linux-arm64|darwin-arm64` builds for another machine into `dist/sallyport-<target>`; `--outfile=` puts it elsewhere. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const TARGETS = ["linux-x64", "linux-arm64", "darwin-arm64"] as const;

const { values } = parseArgs({ options: { target: { type: "string" }, outfile: { type: "string" } } });
if (values.target !== undefined && !TARGETS.some((t) => t === values.target)) {
  console.error(`build: unknown target "${values.target}"; there are: ${TARGETS.join(", ")}`);
  process.exit(2);
}

const outfile = values.outfile ?? (values.target === undefined ? "dist/sallyport" : `dist/sallyport-${values.target}`);
const built = spawnSync(
  process.execPath,
  [
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    // What a command does not import is then not even read: 9 ms less for each of them.
    "--splitting",
    // Without these a compiled program runs .env and bunfig.toml of whatever directory it is started in.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    ...(values.target === undefined ? [] : [`--target=bun-${values.target}`]),
    "cli/main.ts",
    `--outfile=${outfile}`,
  ],
  { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" },
);
if (built.status !== 0) {
  console.error(built.stderr.trim());
  if (values.target !== undefined)
    console.error(
      `build: the runtime for ${values.target} could not be had. It comes from the npm registry; with no way to it, build on such a machine.`,
    );
  process.exit(1);
}
console.log(outfile);
