/**
 * `npm run bench`: what Sallyport takes, side by side with what a user would use instead, in one run. Prints a table, and
 * with `--json FILE` the same as JSON. `--quick` takes fewer samples, `--long` connects for half an hour; `--only TEXT` measures only
 * what is called so.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { removeKeptDirs } from "../kit/temp.ts";
import type { Measurements, Row } from "./row.ts";
import { clusterRows } from "./rows.ts";
import { addLogin, setStage } from "./stage.ts";
import { tmsRows } from "./tms/rows.ts";
import { setUpTms } from "./tms/stage.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  // The bench's own login has its home in here.
  chmodSync(dir, 0o755);
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  stack.defer(removeKeptDirs);
  await addLogin(stack, join(dir, "login"));
  const measurements = {
    ...on("a cluster, an sshd and an sshd bastion", () => setStage(stack, dir), clusterRows(values)),
    ...on("an escrow with 200,000 keys", () => setUpTms(stack, dir), tmsRows(values)),
  };
  const results: Row[] = [];
  for (const [name, measure] of Object.entries(measurements)) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    results.push(...(await measure(name)));
  }
  console.log(tableOf(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

/** Measurements that set their stage up when the first of them is made. */
function on<Stage>(
  what: string,
  setUp: () => Promise<Stage>,
  measurements: Measurements<Stage>,
): Record<string, (name: string) => Promise<Row[]>> {
  let stage: Promise<Stage> | undefined;
  const measured = Object.entries(measurements).map(([name, measure]) => [
    name,
    async () => {
      if (stage === undefined) console.error(`setting up ${what}…`);
      stage ??= setUp();
      const staged = await stage;
      console.error(`measuring: ${name}`);
      return measure(staged);
    },
  ]);
  return Object.fromEntries(measured);
}

function tableOf(results: readonly Row[]): string {
  const heads = ["what", "sallyport", "instead", "ratio", "target", ""];
  const cells = results.map(({ what, unit, ours, theirs, target, met, note }) => [
    what,
    `${output(ours)} ${unit}`,
    theirs === undefined ? "" : `${output(theirs)} ${unit}`,
    theirs === undefined ? "" : (ours / theirs).toFixed(2),
    target,
    [met ? "" : "MISSED", note ?? ""].filter(Boolean).join(" "),
  ]);
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  return [heads, ...cells]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function output(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

await main();
