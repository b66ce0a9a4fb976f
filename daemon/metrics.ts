/**
 * Metrics of this process for Prometheus (text format 0.0.4). There is one registry for each process, because the roles in
 * it share memory, sockets and uptime.
 */

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge";
  samples(): Iterable<Sample>;
}

const families = new Map<string, Family>();

/** A monotonic counter. Labels need a small set of values, such as a role or a reason, never a name that clients choose. */
export interface Counter {
  add(labels?: Labels, by?: number): void;
}

/** Returns the counter of this name, and registers it at first use. */
export function counter(name: string, help: string): Counter {
  const totals = new Map<string, { labels: Labels; value: number }>();
  const existing = families.get(name);
  if (existing !== undefined) return existing as Family & Counter;
  const family: Family & Counter = {
    help,
    type: "counter",
    samples: () => [...totals.values()].map(({ labels, value }) => [labels, value]),
    add(labels = {}, by = 1) {
      const key = labelText(labels);
      const total = totals.get(key) ?? { labels, value: 0 };
      total.value += by;
      totals.set(key, total);
    },
  };
  families.set(name, family);
  return family;
}

/** Registers a metric whose samples `read` returns at each scrape. Registering a name again replaces `read`. */
export function gauge(name: string, help: string, read: () => Iterable<Sample>, type: Family["type"] = "gauge"): void {
  families.set(name, { help, type, samples: read });
}

/** Renders all metrics for `GET /metrics`. */
export function renderMetrics(): string {
  const lines: string[] = [];
  for (const [name, family] of families) {
    lines.push(`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.type}`);
    for (const [labels, value] of family.samples()) lines.push(`${name}${labelText(labels)} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
