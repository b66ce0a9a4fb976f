/**
 * What this process counts, for Prometheus (text format 0.0.4). One registry a process, as roles that run together
 * share its memory, sockets and uptime.
 */

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge";
  samples(): Iterable<Sample>;
}

const families = new Map<string, Family>();

/** A number that only grows. Labels take few values: a role, a reason, never a name that a stranger chooses. */
export interface Counter {
  add(labels?: Labels, by?: number): void;
}

/** The counter of this name, made at its first use. */
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

/** A number that is asked for when it is read. Registering a name again replaces what is asked. */
export function gauge(name: string, help: string, read: () => Iterable<Sample>, type: Family["type"] = "gauge"): void {
  families.set(name, { help, type, samples: read });
}

/** Everything, as `GET /metrics` answers. */
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
