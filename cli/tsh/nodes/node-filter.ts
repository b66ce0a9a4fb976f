import { parseLabelQuery } from "../../../core/policy/node-index.ts";
import type { Node } from "../../../core/resource/node.ts";

/** A filter by `name=value[,…]`; all labels must match. @throws Fault `bad_request` */
export function matchesLabels(text: string): (node: Node) => boolean {
  const wanted = Object.entries(parseLabelQuery(text));
  return ({ metadata: { labels = {} } }) =>
    wanted.every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
}

/** Whether every word of `words` occurs in name, UUID, address or labels, ignoring case. */
export function mentions({ metadata, spec }: Node, words: string): boolean {
  const texts = [spec.hostname, spec.addr, metadata.name, labelText(metadata.labels)].map((text) => text.toLowerCase());
  return words
    .toLowerCase()
    .split(/[\s,]+/)
    .every((word) => texts.some((text) => text.includes(word)));
}

/** `env=prod,region=eu`, sorted. */
export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(",");
}
