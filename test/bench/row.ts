/** One comparison. Below 1, or above for rates, we are better. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB/s" | "MB" | "KB" | "/s" | "failed";
  readonly ours: number;
  /** What a user would use instead; missing where there is nothing, and the target is a figure. */
  readonly theirs?: number;
  /** Empty where there is none. */
  readonly target: string;
  readonly met: boolean;
  /** What a reader has to know beside the figures. */
  readonly note?: string;
}

/** `quick` takes fewer samples; `long` connects for half an hour. */
export interface Effort {
  readonly quick: boolean;
  readonly long: boolean;
}

/** Rows by the names of what is measured for them on one stage, in the order in which it is. */
export type Measurements<Stage> = Readonly<Record<string, (stage: Stage) => Promise<Row[]>>>;

/** A figure that has to be at most, or at least, `limit`. */
export function figure(
  what: string,
  unit: Row["unit"],
  ours: number,
  limit: number,
  at: "most" | "least",
  note?: string,
): Row {
  const met = at === "most" ? ours <= limit : ours >= limit;
  return noted({ what, unit, ours, target: `${at === "most" ? "≤" : "≥"} ${limit} ${unit}`, met }, note);
}

/** A figure beside another that it has to be at most, or at least, `limit` times of. */
export function ratio(
  what: string,
  unit: Row["unit"],
  ours = Number.NaN,
  theirs = Number.NaN,
  limit: number,
  at: "most" | "least",
  note?: string,
): Row {
  const met = at === "most" ? ours / theirs <= limit : ours / theirs >= limit;
  return noted({ what, unit, ours, theirs, target: `${at === "most" ? "≤" : "≥"} ${limit} ×`, met }, note);
}

/** A figure to be known, that nothing is asked of. */
export function shown(what: string, unit: Row["unit"], ours: number, note?: string): Row {
  return noted({ what, unit, ours, target: "", met: true }, note);
}

function noted(row: Row, note: string | undefined): Row {
  return note === undefined ? row : { ...row, note };
}
