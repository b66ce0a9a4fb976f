/**
 * `npm run bench`: what Sallyport takes, side by side with what a user would use instead, in one run. Prints a table, and
 * with `--json FILE` the same as JSON. `--quick` takes fewer samples, `--long` connects for half an hour; `--only TEXT` measures only
 * rows that say so.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Row, rows } from "./rows.ts";
import { setStage } from "./stage.ts";

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
  console.error("setting up the cluster, an sshd and an sshd bastion…");
  const stage = await setStage(stack, dir);
  const results: Row[] = [];
  for (const [name, measure] of Object.entries(rows(stage, values))) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    console.error(`measuring: ${name}`);
    results.push(...(await measure()));
  }
  console.log(tableOf(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

function tableOf(results: readonly Row[]): string {
  const heads = ["what", "sallyport", "instead", "ratio", "target", ""];
  const cells = results.map(({ what, unit, ours, theirs, target, met }) => [
    what,
    `${shown(ours)} ${unit}`,
    theirs === undefined ? "" : `${shown(theirs)} ${unit}`,
    theirs === undefined ? "" : (ours / theirs).toFixed(2),
    target,
    met ? "" : "MISSED",
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

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

await main();
