/**
 * Returns the `count` names most similar to `typed`, best first: names with that prefix, then names within a small edit
 * distance. The input is cut to 64 characters and the distance is bounded by 4, so the work per name is bounded.
 */
export function suggest(typed: string, names: Iterable<string>, count: number): readonly string[] {
  const input = typed.slice(0, 64).toLowerCase();
  const maxDistance = Math.min(4, 1 + Math.floor(input.length / 3));
  const candidates: { name: string; edits: number }[] = [];
  for (const name of new Set(names)) {
    const candidate = name.toLowerCase();
    const edits = input.length > 1 && candidate.startsWith(input) ? 0 : distance(input, candidate, maxDistance);
    if (edits <= maxDistance) candidates.push({ name, edits });
  }
  candidates.sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return candidates.slice(0, count).map(({ name }) => name);
}

/**
 * The optimal string alignment distance: how many insertions, deletions, substitutions and transpositions of adjacent
 * characters turn `a` into `b`; `limit + 1` when there are more than `limit`.
 */
export function distance(a: string, b: string, limit: number): number {
  let start = 0;
  let end = 0;
  const least = Math.min(a.length, b.length);
  while (start < least && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (end < least - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  if (Math.abs(rows - columns) > limit) return limit + 1;
  if (rows === 0 || columns === 0) return rows + columns;

  // A transposition looks two rows back, so three rows of the table are enough, and of each only the cells within `limit`
  // of the diagonal.
  const exceeded = limit + 1;
  let before: number[] = [];
  let above: number[] = [];
  for (let j = 0; j <= columns; j++) above.push(Math.min(j, exceeded));
  for (let i = 1; i <= rows; i++) {
    const letter = a.charCodeAt(start + i - 1);
    const earlier = a.charCodeAt(start + i - 2);
    const from = Math.max(1, i - limit);
    const row: number[] = new Array(columns + 1).fill(exceeded);
    if (i <= limit) row[0] = i;
    let best = row[0] ?? exceeded;
    for (let j = from; j <= Math.min(columns, i + limit); j++) {
      const other = b.charCodeAt(start + j - 1);
      let cost = Math.min(
        (above[j - 1] ?? exceeded) + (letter === other ? 0 : 1),
        (above[j] ?? exceeded) + 1,
        (row[j - 1] ?? exceeded) + 1,
      );
      if (i > 1 && j > 1 && earlier === other && letter === b.charCodeAt(start + j - 2))
        cost = Math.min(cost, (before[j - 2] ?? exceeded) + 1);
      row[j] = Math.min(cost, exceeded);
      if (cost < best) best = cost;
    }
    // A transposition continues from the row above at a cost of 1. Once two rows exceed the limit, all later rows do.
    if (best > limit && above.every((cost) => cost > limit)) return exceeded;
    before = above;
    above = row;
  }
  return above[columns] ?? exceeded;
}
