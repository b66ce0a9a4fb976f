import { readFileSync } from "node:fs";

const FILES = { user: "/etc/passwd", group: "/etc/group" } as const;
type Kind = keyof typeof FILES;

const cache: Partial<Record<Kind, ReadonlyMap<number, string>>> = {};

/** The name of a user or group, or its ID as text when the local files do not have it. */
export function nameOf(kind: Kind, id: number): string {
  return findName(kind, id) ?? String(id);
}

/** The name of a user or group in /etc/passwd or /etc/group, which are read once. */
export function findName(kind: Kind, id: number): string | undefined {
  cache[kind] ??= read(FILES[kind]);
  return cache[kind].get(id);
}

/** The home directory of a user in /etc/passwd. */
export function homeOf(name: string): string | undefined {
  const line = lines(FILES.user).find((entry) => entry.startsWith(`${name}:`));
  return line?.split(":")[5];
}

function read(path: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of lines(path)) {
    const [name = "", , id = ""] = line.split(":");
    if (/^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

function lines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
