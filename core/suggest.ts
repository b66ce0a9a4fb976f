/**
 * The `count` names most like what was typed, best first: those that begin with it, then those a few slips away. Work is
 * bounded: a name too different is given up as soon as that is certain.
 */
export function suggest(typed: string, names: Iterable<string>, count: number): readonly string[] {
  const wanted = typed.slice(0, 64).toLowerCase();
  const slips = Math.min(4, 1 + Math.floor(wanted.length / 3));
  const found: { name: string; far: number }[] = [];
  for (const name of new Set(names)) {
    const word = name.toLowerCase();
    const far = wanted.length > 1 && word.startsWith(wanted) ? 0 : distance(wanted, word, slips);
    if (far <= slips) found.push({ name, far });
  }
  found.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));
  return found.slice(0, count).map(({ name }) => name);
}

/**
 * How many letters to insert, drop, replace, or swap with their neighbour to turn `a` into `b` (optimal string
 * alignment), or `limit + 1` when it is more than that.
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

  // Three rows of the table are enough, as a swap looks two back, and of each the cells that can stay within the limit.
  const out = limit + 1;
  let before: number[] = [];
  let above: number[] = [];
  for (let j = 0; j <= columns; j++) above.push(Math.min(j, out));
  for (let i = 1; i <= rows; i++) {
    const letter = a.charCodeAt(start + i - 1);
    const earlier = a.charCodeAt(start + i - 2);
    const from = Math.max(1, i - limit);
    const row: number[] = new Array(columns + 1).fill(out);
    if (i <= limit) row[0] = i;
    let best = row[0] ?? out;
    for (let j = from; j <= Math.min(columns, i + limit); j++) {
      const other = b.charCodeAt(start + j - 1);
      let cost = Math.min(
        (above[j - 1] ?? out) + (letter === other ? 0 : 1),
        (above[j] ?? out) + 1,
        (row[j - 1] ?? out) + 1,
      );
      if (i > 1 && j > 1 && earlier === other && letter === b.charCodeAt(start + j - 2))
        cost = Math.min(cost, (before[j - 2] ?? out) + 1);
      row[j] = Math.min(cost, out);
      if (cost < best) best = cost;
    }
    // A swap takes up the row before the last at the price of one; with both beyond the limit nothing comes back.
    if (best > limit && above.every((cost) => cost > limit)) return out;
    before = above;
    above = row;
  }
  return above[columns] ?? out;
}
