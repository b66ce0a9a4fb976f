/** Rows in the order of these texts, the first one first. */
export function sorted<T>(rows: readonly T[], ...texts: readonly ((row: T) => string)[]): T[] {
  return rows.toSorted((a, b) => {
    for (const text of texts) {
      const [left, right] = [text(a), text(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}
